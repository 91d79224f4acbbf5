// What else the client can ask of the API.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { assertIs, base, client, folder, input, result, server } from './sandbox.mjs';

/** Converts and waits for the end. */
function convert(parameters) {
  return result((done) => client().convert(parameters, done));
}

function upload(name, more) {
  return convert({ input: 'upload', file: fs.createReadStream(input(name)), ...more });
}

test('Markdown becomes HTML', async (t) => {
  const process = await upload('input.md', { inputformat: 'md', outputformat: 'html' });
  const output = path.join(folder(t), 'input.html');
  await result((done) => process.download(fs.createWriteStream(output), null, done));
  const html = fs.readFileSync(output, 'utf8');
  assert.match(html, />A heading<\/h1>/);
  assert.match(html, /<em>words<\/em>/);
});

test('a film becomes another', async (t) => {
  const process = await upload('input.flv', { inputformat: 'flv', outputformat: 'mp4' });
  assert.equal(process.data.converter.type, 'ffmpeg');
  const output = path.join(folder(t), 'input.mp4');
  await result((done) => process.download(fs.createWriteStream(output), null, done));
  assertIs('mp4', output);
});

test('the status is as documented', async () => {
  const process = await upload('input.png', { inputformat: 'png', outputformat: 'jpg', tag: 'mine' });
  const { data } = process;
  assert.match(data.url, /^\/\//);
  assert.ok(data.url.endsWith(`/process/${data.id}`));
  const size = fs.statSync(input('input.png')).size;
  assert.deepEqual(data.input, { type: 'upload', filename: 'input.png', size, name: 'input', ext: 'png' });
  assert.equal(data.converter.format, 'jpg');
  assert.deepEqual([data.output.filename, data.output.ext, data.output.downloads], ['input.jpg', 'jpg', 0]);
  assert.match(data.output.url, /^\/\//);
  assert.ok(data.output.size > 0 && data.endtime >= data.starttime && data.expire > data.endtime);
  assert.equal(data.tag, 'mine');
});

test('many files come as a ZIP as well', async () => {
  const process = await upload('input.pdf', {
    inputformat: 'pdf', outputformat: 'jpg', converteroptions: { page_range: '1-2' },
  });
  const { output } = process.data;
  assert.deepEqual([output.filename, output.ext], ['input.zip', 'zip']);
  assert.deepEqual(output.files, ['input-1.jpg', 'input-2.jpg']);
  const zip = await fetch(base.protocol + output.url).then((answer) => answer.arrayBuffer());
  assert.equal(zip.byteLength, output.size);
  assert.equal(Buffer.from(zip).subarray(0, 2).toString(), 'PK');
});

for (const name of ['Cloud Atlas Extended Trailer #1 (2012) HD', 'Größe 50 % & "mehr"?']) {
  test(`a file called ${name}`, async () => {
    const process = await result((done) =>
      client().createProcess({ inputformat: 'png', outputformat: 'jpg' }, done));
    await result((done) => process.start({ outputformat: 'jpg', input: 'upload' }, done));
    const source = fs.createReadStream(input('input.png'));
    await result((done) => process.upload(source, `${name}.png`, done));
    await result((done) => process.wait(done));
    assert.equal(process.data.input.filename, `${name}.png`);
    assert.equal(process.data.output.filename, `${name}.jpg`);
  });
}

test('raw and base64 content', async (t) => {
  const formats = { inputformat: 'md', outputformat: 'html', filename: 'note.md' };
  const contents = { raw: '# Note', base64: Buffer.from('# Note').toString('base64') };
  for (const [kind, file] of Object.entries(contents)) {
    const process = await convert({ ...formats, input: kind, file });
    assert.equal(process.data.output.filename, 'note.html');
    const output = path.join(folder(t), kind);
    await result((done) => process.download(fs.createWriteStream(output), null, done));
    assert.match(fs.readFileSync(output, 'utf8'), />Note<\/h1>/);
  }
});

test('an output is gone after the first download, unless saved', async (t) => {
  const download = async (process) => {
    const output = path.join(folder(t), 'out.jpg');
    await result((done) => process.download(fs.createWriteStream(output), null, done));
    return output;
  };
  const again = (process) => result((done) => client().get(process.data.output.url, {}, done));

  const formats = { inputformat: 'png', outputformat: 'jpg' };
  const once = await upload('input.png', formats);
  assertIs('jpg', await download(once));
  await assert.rejects(again(once), { code: 404 });

  const saved = await upload('input.png', { ...formats, save: true });
  for (let times = 0; times < 2; times += 1) assertIs('jpg', await download(saved));
});

test('info tells facts', async () => {
  const process = await upload('input.png', { inputformat: 'png', outputformat: 'png', mode: 'info' });
  assert.equal(process.data.step, 'finished');
  assert.deepEqual([Number(process.data.info.width), Number(process.data.info.height)], [96, 60]);
});

test('the callback is called', async (t) => {
  let called;
  const query = new Promise((resolve) => { called = resolve; });
  const callback = await server(t, (request, response) => {
    called(new URL(request.url, 'http://127.0.0.1'));
    response.end();
  });
  const process = await upload('input.png', {
    inputformat: 'png', outputformat: 'jpg', callback: `${callback}/done`,
  });
  const { pathname, searchParams } = await query;
  assert.equal(pathname, '/done');
  assert.deepEqual(Object.fromEntries(searchParams), { id: process.data.id, url: process.url, step: 'finished' });
});

test('the list has the process', async () => {
  const process = await upload('input.png', { inputformat: 'png', outputformat: 'jpg' });
  const list = await result((done) => client().get('/processes', {}, done));
  const entry = list.find(({ id }) => id === process.data.id);
  assert.equal(entry.step, 'finished');
  assert.equal(entry.url, process.url);
  for (const time of [entry.starttime, entry.endtime]) assert.match(time, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
});

test('a process that waits for its input can be deleted', async () => {
  const process = await result((done) =>
    client().createProcess({ inputformat: 'png', outputformat: 'jpg' }, done));
  await result((done) => process.start({ outputformat: 'jpg', input: 'upload' }, done));
  await result((done) => process.delete({}, done));
  await assert.rejects(result((done) => process.refresh({}, done)), { code: 404 });
});
