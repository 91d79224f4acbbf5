// Everything that can be converted, through the real service of the sandbox.
import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';

import { folder, serve } from './support/local.mjs';
import { assertIs, assertNothingLeft, both, bytesOf, client, picture, picturePath } from './support/sandbox.mjs';

afterEach(assertNothingLeft);

async function assertJpg({ files }, name) {
  assert.deepEqual(files.map((file) => file.name), [name]);
  assert.equal(files[0].type, 'image/jpeg');
  assertIs('jpg', await bytesOf(files[0]));
}

both('a path', async (_, client) => {
  await assertJpg(await client.convert(picturePath, { to: 'jpg' }), 'sample.jpg');
});

both('a File', async (_, client) => {
  await assertJpg(await client.convert(new File([picture], 'photo.png'), { to: 'jpg' }), 'photo.jpg');
});

both('a Blob with a name, or with a format', async (_, client) => {
  await assertJpg(await client.convert(new Blob([picture]), { name: 'blob.png', to: 'jpg' }), 'blob.jpg');
  await assertJpg(await client.convert(new Blob([picture]), { from: 'png', to: 'jpg' }), 'input.jpg');
});

both('bytes of every kind', async (_, client) => {
  const buffer = picture.buffer.slice(picture.byteOffset, picture.byteOffset + picture.length);
  for (const bytes of [picture, new Uint8Array(buffer), buffer, new DataView(buffer)]) {
    await assertJpg(await client.convert(bytes, { name: 'bytes.png', to: 'jpg' }), 'bytes.jpg');
  }
});

both('a Response', async (t, client) => {
  const host = await serve(t, (_, response) => response.end(picture));
  await assertJpg(await client.convert(await fetch(host), { name: 'fetched.png', to: 'jpg' }), 'fetched.jpg');
});

both('a Response that breaks off, was read or is locked', async (_, client) => {
  const broken = new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) }));
  const read = new Response('# read');
  await read.text();
  const locked = new Response('# locked');
  locked.body.getReader();
  for (const [source, cause] of [[broken, /terminated/], [read, /./], [locked, /./]]) {
    const error = await client.convert(source, { from: 'md', to: 'html' }).catch((error) => error);
    assert.equal(error.code, 'input', error.message);
    assert.match(error.message, /^the input cannot be read: /);
    assert.match(error.cause.message, cause);
  }
});

both('the files of an input, and an array that nobody may change', async (_, client) => {
  const files = [new File([picture], 'one.png'), new File([picture], 'two.png')];
  const list = { ...files, length: files.length, item: (at) => files[at] ?? null };
  for (const sources of [list, Object.freeze([...files])]) {
    const { files: [pdf] } = await client.convert(sources, { mode: 'combine', to: 'pdf' });
    assertIs('pdf', await bytesOf(pdf));
  }
});

test('by PUT', async () => {
  await assertJpg(await client.convert(picturePath, { to: 'jpg', upload: 'put' }), 'sample.jpg');
});

both('text and base64', async (_, client) => {
  const { files } = await client.convert({ content: '# Größe', name: 'a.md' }, { to: 'html' });
  assert.match(await files[0].text(), />Größe<\/h1>/);
  const encoded = { base64: picture.toString('base64'), name: 'picture.png' };
  await assertJpg(await client.convert(encoded, { to: 'jpg' }), 'picture.jpg');
});

both('a URL that the service downloads', async (t, client) => {
  const host = await serve(t, (_, response) => response.end(picture));
  const url = `${host}/my%20picture.png`;
  await assertJpg(await client.convert(new URL(url), { to: 'jpg' }), 'my picture.jpg');
  await assertJpg(await client.convert({ url }, { to: 'jpg', name: 'named.png' }), 'named.jpg');
});

both('several files make one', async (_, client) => {
  const pages = [new File([picture], 'one.png'), picturePath];
  const { files } = await client.convert(pages, { mode: 'combine', to: 'pdf' });
  const bytes = await bytesOf(files[0]);
  assertIs('pdf', bytes);
  assert.equal(Buffer.from(bytes).toString('latin1').match(/\/Type\s*\/Page\b/g).length, 2);
});

both('facts about a file', async (_, client) => {
  const { files, info } = await client.convert(picturePath, { mode: 'info', to: 'png' });
  assert.deepEqual(files, []);
  assert.equal(info.width, 480);
  // Without a download the process stays.
  for await (const { url } of client.processes()) await client.delete(url);
});

const NAMES = [
  'Größe & Maß.png', 'a b  c.png', '#1.png', '100%.png', '%20.png', 'a+b=c;d.png', '日本語 😀.png', "it's.png", 'a.b.c.png',
  `${'long'.repeat(45)}.png`,
];

for (const upload of ['multipart', 'put']) {
  test(`names survive ${upload}`, async () => {
    for (const name of NAMES) {
      const { files } = await client.convert(new File([picture], name), { to: 'jpg', upload });
      assert.equal(files[0].name, name.replace(/png$/, 'jpg'));
    }
  });
}

both('what no file system takes is replaced', async (_, client) => {
  const { files } = await client.convert(new File([picture], 'say "hi"?.png'), { to: 'jpg' });
  assert.equal(files[0].name, 'say _hi__.jpg');
});

both('a path with unusual characters', async (t, client) => {
  const path = join(folder(t), 'Größe #1 (50%)?.png');
  copyFileSync(picturePath, path);
  await assertJpg(await client.convert(path, { to: 'jpg' }), 'Größe #1 (50%)_.jpg');
});

both('what cannot be converted is refused at once', async (t, client) => {
  const made = folder(t);
  const refused = async (code, words, source, options) => {
    const error = await client.convert(source, { to: 'jpg', ...options }).then(() => undefined, (error) => error);
    assert.equal(error?.name, 'CloudConvertError', words);
    assert.equal(error.code, code, error.message);
    assert.ok(error.message.includes(words), error.message);
  };
  await refused('input', 'ENOENT', join(made, 'missing.png'));
  await refused('input', 'is not a file', made);
  await refused('bad_request', 'the input has no file name', new Blob([picture]));
  await refused('bad_request', 'no extension', new File([picture], 'picture'));
  await refused('bad_request', 'this cannot be converted', null);
  await refused('bad_request', 'this cannot be converted', 42);
  await refused('bad_request', 'an error (404)', new Response('x', { status: 404 }), { from: 'png' });
  await refused('bad_request', 'there is no option `qualty`', picturePath, { qualty: 50 });
  await refused('bad_request', '`to`', picturePath, { to: undefined });
  await refused('bad_request', 'modes combine and archive', [picturePath, picturePath]);
  await refused('bad_request', 'not supported', picturePath, { to: 'mp3' });
  await refused('bad_request', 'content', {});
  await refused('bad_request', 'JSON cannot hold', picturePath, { tag: () => {} });
});

test('a file that is no picture fails with the words of the service', async (t) => {
  const path = join(folder(t), 'broken.png');
  writeFileSync(path, 'this is no picture');
  await assert.rejects(client.convert(path, { to: 'jpg' }), { code: 'conversion_failed', status: 422, message: /not a .*picture|image|read/i });
});

test('a storage that the sandbox does not have is refused in its words', async () => {
  const storage = { s3: { accessKeyId: 'ID', secretAccessKey: 'SECRET', bucket: 'b' } };
  await assert.rejects(client.convert({ storage, file: 'a.png' }, { to: 'jpg' }), { code: 'bad_request', status: 400 });
});
