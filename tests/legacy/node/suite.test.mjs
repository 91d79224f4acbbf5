// The cases of the client's own test suite.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { suite, test } from 'node:test';
import Process from 'cloudconvert/lib/process.js';
import { assertIs, client, event, folder, input, result, served } from './sandbox.mjs';

const PNG_TO_JPG = { inputformat: 'png', outputformat: 'jpg' };

/** Creates a process and starts it. */
async function start(create, parameters) {
  const process = await result((done) => client().createProcess(create, done));
  return result((done) => process.start(parameters, done));
}

/** Starts a picture's conversion with input `download`. */
async function startDownload(t, more = {}) {
  const file = await served(t, 'input.png');
  return start(PNG_TO_JPG, { outputformat: 'jpg', input: 'download', file, ...more });
}

suite('api', () => {
  test('get: /conversiontypes needs no authentication', async () => {
    const wanted = { inputformat: 'pdf', outputformat: 'jpg' };
    const types = await result((done) => client('').get('/conversiontypes', wanted, done));
    assert.ok(Array.isArray(types) && types.length > 0);
    assert.deepEqual([types[0].inputformat, types[0].outputformat], ['pdf', 'jpg']);
  });

  test('post: /process without authentication is an error', async () => {
    const refused = result((done) => client('').post('/process', PNG_TO_JPG, done));
    await assert.rejects(refused, { code: 401 });
  });

  test('post: /process with a wrong key is an error', async () => {
    const refused = result((done) => client('nobody').post('/process', PNG_TO_JPG, done));
    await assert.rejects(refused, { code: 401 });
  });

  for (const prefix of ['', '/v1']) {
    test(`post: ${prefix}/process gives a process`, async () => {
      const made = await result((done) => client(undefined, prefix).post('/process', PNG_TO_JPG, done));
      assert.match(made.url, /^\/\//);
    });
  }

  test('createProcess gives a process object', async () => {
    const made = await result((done) => client().createProcess({ inputformat: 'png', outputformat: 'pdf' }, done));
    assert.ok(made instanceof Process);
    assert.ok(made.url);
  });
});

suite('start', () => {
  test('with input download', async (t) => {
    const process = await startDownload(t, { converteroptions: { quality: 75 } });
    assert.ok(process.data.step);
    await result((done) => process.delete({}, done));
  });

  test('with input upload', async () => {
    const file = fs.createReadStream(input('input.png'));
    const process = await start(PNG_TO_JPG, {
      outputformat: 'jpg', input: 'upload', converteroptions: { quality: 51 }, file,
    });
    process.wait();
    const data = await event(process, 'finished');
    assert.equal(data.converter.options.quality, 51);
    await result((done) => process.delete({}, done));
  });
});

suite('wait', () => {
  test('ends when the process has finished', async (t) => {
    const process = await startDownload(t, { converteroptions: { quality: 75 } });
    await result((done) => process.wait(done));
    assert.equal(process.data.step, 'finished');
    await result((done) => process.delete({}, done));
  });
});

suite('on', () => {
  test('error, when the conversion fails', async () => {
    const process = await result((done) => client().createProcess(PNG_TO_JPG, done));
    const wrong = { outputformat: 'jpg', converteroptions: { quality: 75 }, input: 'download', file: null };
    await assert.rejects(result((done) => process.start(wrong, done)), { code: 400 });
    process.wait();
    const error = await new Promise((resolve) => process.once('error', resolve));
    assert.equal(error.code, 400);
    await result((done) => process.delete({}, done));
  });

  test('finished, when the conversion completes', async (t) => {
    const process = await startDownload(t, { converteroptions: { quality: 75 } });
    process.wait();
    assert.equal((await event(process, 'finished')).step, 'finished');
    await result((done) => process.delete({}, done));
  });
});

suite('download', () => {
  test('right after the start, without waiting', async (t) => {
    const output = path.join(folder(t), 'out.jpg');
    const process = await startDownload(t);
    process.download(fs.createWriteStream(output));
    assert.equal((await event(process, 'downloaded')).path, output);
    assertIs('jpg', output);
    await result((done) => process.delete({}, done));
  });

  test('all output files', async (t) => {
    const outputs = folder(t);
    const parameters = { inputformat: 'pdf', outputformat: 'jpg', converteroptions: { page_range: '1-2' } };
    const process = fs.createReadStream(input('input.pdf')).pipe(client().convert(parameters));
    process.on('finished', () => process.downloadAll(outputs));
    await event(process, 'downloadedAll');
    assert.deepEqual(fs.readdirSync(outputs).sort(), ['input-1.jpg', 'input-2.jpg']);
    for (const name of fs.readdirSync(outputs)) assertIs('jpg', path.join(outputs, name));
    await result((done) => process.delete({}, done));
  });

  test('all output files, where there is one', async (t) => {
    const outputs = folder(t);
    const process = fs.createReadStream(input('input.png')).pipe(client().convert(PNG_TO_JPG));
    process.on('finished', () => process.downloadAll(outputs));
    await event(process, 'downloadedAll');
    assert.deepEqual(fs.readdirSync(outputs), ['input.jpg']);
    assertIs('jpg', path.join(outputs, 'input.jpg'));
  });
});

suite('pipe', () => {
  test('the input file into the conversion', async (t) => {
    const output = path.join(folder(t), 'out.jpg');
    const process = fs.createReadStream(input('input.png')).pipe(client().convert(PNG_TO_JPG));
    process.on('finished', () => process.pipe(fs.createWriteStream(output)));
    await event(process, 'downloaded');
    assertIs('jpg', output);
    await result((done) => process.delete({}, done));
  });

  test('the output before it has finished', async (t) => {
    const output = path.join(folder(t), 'out.jpg');
    const process = fs.createReadStream(input('input.png')).pipe(client().convert(PNG_TO_JPG));
    process.pipe(fs.createWriteStream(output));
    await event(process, 'downloaded');
    assertIs('jpg', output);
    await result((done) => process.delete({}, done));
  });

  test('a stream that is not a file', async (t) => {
    const output = path.join(folder(t), 'out.pdf');
    const html = Readable.from([Buffer.from('<html><head></head><body><h1>test</h1></body></html>')]);
    const process = html.pipe(client().convert({ inputformat: 'html', outputformat: 'pdf' }));
    process.pipe(fs.createWriteStream(output));
    await event(process, 'downloaded');
    assertIs('pdf', output);
    await result((done) => process.delete({}, done));
  });
});
