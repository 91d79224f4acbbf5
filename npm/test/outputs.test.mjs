// What becomes of outputs: in memory, in files, one or many.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'node:test';

import { all, folder } from './support/local.mjs';
import { assertIs, assertNothingLeft, both, bytesOf, misbehave, picture, picturePath } from './support/sandbox.mjs';

afterEach(assertNothingLeft);

/** Two pictures and a text in a ZIP. */
async function archive(client) {
  const files = [new File([picture], 'one.png'), new File([picture], 'two.png'), new File(['# Three'], 'three.md')];
  return (await client.convert(files, { mode: 'archive', to: 'zip' })).files[0];
}

both('to a file', async (t, client) => {
  const path = join(folder(t), 'my picture.jpg');
  const result = await client.convert(picturePath, { to: 'jpg', saveTo: path });
  assert.deepEqual(result.paths, [path]);
  assert.deepEqual(result.files, []);
  assertIs('jpg', readFileSync(path));
});

both('over a file that was there', async (t, client) => {
  const path = join(folder(t), 'a.jpg');
  writeFileSync(path, 'old');
  await client.convert(picturePath, { to: 'jpg', saveTo: path });
  assertIs('jpg', readFileSync(path));
});

both('into a folder, which is made where the path ends with a slash', async (t, client) => {
  const made = folder(t);
  assert.deepEqual((await client.convert(picturePath, { to: 'jpg', saveTo: made })).paths, [join(made, 'sample.jpg')]);
  const deeper = join(made, 'new', 'deeper/');
  const { paths } = await client.convert(picturePath, { to: 'jpg', saveTo: deeper });
  assert.deepEqual(paths, [join(deeper, 'sample.jpg')]);
  assert.deepEqual(readdirSync(deeper), ['sample.jpg']);
});

both('many outputs as one ZIP, each on its own, or none', async (t, client) => {
  const zip = await archive(client);
  const extract = (options) => client.convert(zip, { mode: 'extract', to: 'png', ...options });
  const whole = await extract();
  assert.equal(whole.files.length, 1);
  assertIs('zip', await bytesOf(whole.files[0]));

  const each = await extract({ download: 'each' });
  assert.deepEqual(each.files.map((file) => file.name).sort(), ['one.png', 'three.md', 'two.png']);
  for (const file of each.files) {
    const expected = file.name === 'three.md' ? Buffer.from('# Three') : picture;
    assert.deepEqual(Buffer.from(await bytesOf(file)), expected, file.name);
  }

  const made = join(folder(t), 'made');
  const { paths } = await extract({ download: 'each', saveTo: made });
  assert.equal(paths.length, 3);
  assert.deepEqual(readdirSync(made).sort(), ['one.png', 'three.md', 'two.png']);
  assert.deepEqual(readFileSync(join(made, 'one.png')), picture);

  const none = await extract({ download: 'none' });
  assert.deepEqual(none.files, []);
  assert.match(none.url, /^http:\/\/127\.0\.0\.1:\d+\/(download|v2\/storage)\//);
  const [{ url }] = await all(client.processes());
  await client.delete(url);
});

both('what is saved on the service stays there', async (_, client) => {
  const { processId } = await client.convert(picturePath, { to: 'jpg', save: true });
  const [process] = await all(client.processes());
  assert.equal(process.id, processId);
  assert.equal(process.step, 'finished');
  assertIs('jpg', await bytesOf((await client.follow(process.url)).files[0]));
});

both('a place that cannot be written is refused before anything is sent', async (t, client) => {
  const made = folder(t);
  writeFileSync(join(made, 'file'), '');
  const refused = (saveTo, options) => client.convert(picturePath, { to: 'jpg', saveTo, ...options });
  await assert.rejects(refused(join(made, 'missing', 'a.jpg')), { code: 'output', message: /there is no folder for it/ });
  await assert.rejects(refused(join(made, 'file', 'a.jpg')), { code: 'output' });
  await assert.rejects(refused(join(made, 'file/')), { code: 'bad_request', message: /has to be a folder/ });
  await assert.rejects(refused(join(made, 'file'), { download: 'each' }), { code: 'bad_request', message: /folder/ });
  if (process.getuid() !== 0) {
    const closed = join(made, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    await assert.rejects(refused(join(closed, 'a.jpg')), { code: 'output' });
  }
});

both('nothing half-written is left, and what was there stays', async (t, client) => {
  const made = folder(t);
  const path = join(made, 'a.jpg');
  writeFileSync(path, 'old');
  await misbehave(t, { kind: 'download', cut_download_after: 1000 }, { kind: 'download', cut_download_after: 0 });
  let parts = 0;
  const contents = new Set();
  const onProgress = ({ received }) => {
    if (received > 0) parts += readdirSync(made).filter((name) => name.endsWith('.part')).length;
    contents.add(readFileSync(path, 'utf8'));
  };
  const broken = { code: 'network', message: /the service still has the output/ };
  await assert.rejects(client.convert(picturePath, { to: 'jpg', saveTo: path, retries: 1, onProgress }), broken);
  assert.deepEqual([...contents], ['old']);
  assert.ok(parts > 0, 'it was written under another name');
  assert.deepEqual(readdirSync(made), ['a.jpg']);
  assert.equal(readFileSync(path, 'utf8'), 'old');
  const [process] = await all(client.processes());
  await client.follow(process.url, { saveTo: path });
  assertIs('jpg', readFileSync(path));
});

for (const delete_ of [true, false]) {
  both(`an output that cannot get its name stays on the service, with \`delete\` ${delete_}`, async (t, client) => {
    const made = folder(t);
    const path = join(made, 'a.jpg');
    // Something else takes the name meanwhile.
    const onProgress = ({ stage }) => stage === 'download' && !existsSync(path) && mkdirSync(join(path, 'full'), { recursive: true });
    const error = await client.convert(picturePath, { to: 'jpg', saveTo: path, delete: delete_, onProgress }).catch((error) => error);
    assert.equal(error.code, 'output', error.message);
    assert.ok(error.message.endsWith(`; the service still has the output of ${error.processId}: follow that to load it`), error.message);
    assert.deepEqual(readdirSync(made), ['a.jpg']);
    const process = (await all(client.processes())).find(({ id }) => id === error.processId);
    const { paths } = await client.follow(process.url, { saveTo: made });
    assert.deepEqual(paths, [join(made, 'sample.jpg')]);
  });
}

for (const [what, make] of Object.entries({ 'a folder': (path) => mkdirSync(path), 'a pipe': (path) => execFileSync('mkfifo', [path]) })) {
  both(`${what} where an output belongs stays, and the output gets a number`, async (t, client) => {
    const saveTo = folder(t);
    const place = join(saveTo, 'sample.jpg');
    make(place);
    const before = statSync(place).mode;
    for (const _ of [1, 2]) {
      const { paths } = await client.convert(picturePath, { to: 'jpg', saveTo, overwrite: true });
      assert.deepEqual(paths, [join(saveTo, 'sample (1).jpg')]);
    }
    assert.deepEqual([readdirSync(saveTo).sort(), statSync(place).mode], [['sample (1).jpg', 'sample.jpg'], before]);
  });
}

both('the name of the file tells the format', async (t, client) => {
  const saveTo = join(folder(t), 'picture.JPG');
  await client.convert(picturePath, { saveTo });
  assertIs('jpg', readFileSync(saveTo));
  // That of a folder tells nothing.
  await assert.rejects(client.convert(picturePath, { saveTo: `${folder(t)}/` }), { code: 'bad_request' });
});

both('in a folder nothing is replaced', async (t, client) => {
  const made = folder(t);
  writeFileSync(join(made, 'sample.jpg'), 'mine');
  for (const name of ['sample (1).jpg', 'sample (2).jpg']) {
    assert.deepEqual((await client.convert(picturePath, { to: 'jpg', saveTo: made })).paths, [join(made, name)]);
    assertIs('jpg', readFileSync(join(made, name)));
  }
  assert.equal(readFileSync(join(made, 'sample.jpg'), 'utf8'), 'mine');
  assert.equal(readdirSync(made).length, 3);
  await client.convert(picturePath, { to: 'jpg', saveTo: made, overwrite: true });
  assertIs('jpg', readFileSync(join(made, 'sample.jpg')));
  assert.equal(readdirSync(made).length, 3);
});

both('outputs have their names before the service deletes them', async (t, client) => {
  const made = folder(t);
  await misbehave(t, { kind: 'delete', cut: 'before' });
  let named = false;
  const onProgress = ({ stage, attempt }) => (named ||= stage === 'delete' && attempt > 0 && existsSync(join(made, 'sample.jpg')));
  await client.convert(picturePath, { to: 'jpg', saveTo: made, onProgress });
  assert.ok(named);
});
