// The examples of the client's README.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { assertIs, client, event, folder, input, misbehave } from './sandbox.mjs';

test('quickstart', async (t) => {
  const output = path.join(folder(t), 'out.jpg');
  const written = fs
    .createReadStream(input('input.png'))
    .pipe(client().convert({ inputformat: 'png', outputformat: 'jpg', converteroptions: { quality: 75 } }))
    .pipe(fs.createWriteStream(output));
  await event(written, 'finish');
  assertIs('jpg', output);
});

// As in the README, the process is created for another output format than it is started for.
test('the manual way', async (t) => {
  const output = path.join(folder(t), 'out.jpg');
  await new Promise((resolve, reject) => {
    const or = (next) => (error, process) => (error ? reject(error) : next(process));
    client().createProcess({ inputformat: 'png', outputformat: 'pdf' }, or((process) => {
      process.start({ outputformat: 'jpg', converteroptions: { quality: 75 }, input: 'upload' }, or((process) => {
        process.upload(fs.createReadStream(input('input.png')), null, or((process) => {
          process.wait(or((process) => {
            assert.equal(process.data.step, 'finished');
            assert.equal(typeof process.data.message, 'string');
            process.download(fs.createWriteStream(output), null, or(resolve));
          }));
        }));
      }));
    }));
  });
  assertIs('jpg', output);
});

test('download of multiple output files', async (t) => {
  const outputs = folder(t);
  const downloaded = [];
  const process = fs
    .createReadStream(input('input.pdf'))
    .pipe(client().convert({ inputformat: 'pdf', outputformat: 'jpg', converteroptions: { page_range: '1-3' } }));
  process.on('finished', function finished(data) {
    assert.equal(typeof data.message, 'string');
    this.downloadAll(outputs);
  });
  process.on('downloaded', (destination) => downloaded.push(destination.path));
  assert.equal(await event(process, 'downloadedAll'), outputs);
  const expected = ['input-1.jpg', 'input-2.jpg', 'input-3.jpg'];
  assert.deepEqual(fs.readdirSync(outputs).sort(), expected);
  assert.deepEqual(downloaded, expected.map((name) => path.join(outputs, name)));
  for (const file of downloaded) assertIs('jpg', file);
});

test('events', async (t) => {
  const seen = new Set();
  const process = fs
    .createReadStream(input('input.png'))
    .pipe(client().convert({ inputformat: 'png', outputformat: 'jpg' }));
  for (const name of ['started', 'progress', 'uploaded', 'finished']) process.on(name, () => seen.add(name));
  process.pipe(fs.createWriteStream(path.join(folder(t), 'out.jpg')));
  await event(process, 'downloaded');
  assert.deepEqual([...seen].sort(), ['finished', 'progress', 'started', 'uploaded']);
});

/** The error that a conversion of this file ends with. */
function failure(file, parameters) {
  return new Promise((resolve, reject) => {
    fs.createReadStream(input(file))
      .pipe(client().convert(parameters).on('error', resolve).on('finished', () => reject(new Error('it finished'))));
  });
}

test('error handling: 400 for a wrong request', async () => {
  const error = await failure('input.png', { inputformat: 'png', outputformat: 'nosuchformat' });
  assert.equal(error.code, 400);
  assert.match(error.message, /^This conversiontype is not supported!/);
});

test('error handling: 422 for a broken input file', async () => {
  const error = await failure('input.md', { inputformat: 'png', outputformat: 'jpg' });
  assert.equal(error.code, 422);
  assert.ok(error.message);
});

test('error handling: 503 says when to try again', async (t) => {
  await misbehave(t, { kind: 'run', status: 503, headers: { 'Retry-After': '7' }, body: 'No host is free' });
  const error = await failure('input.png', { inputformat: 'png', outputformat: 'jpg' });
  assert.deepEqual([error.code, error.retryAfter, error.message], [503, '7', 'No host is free']);
});

test('error handling: 429 says when to try again', async (t) => {
  const body = JSON.stringify({ message: 'Too many requests' });
  await misbehave(t, { kind: 'create', status: 429, headers: { 'Retry-After': '30' }, body });
  const error = await failure('input.png', { inputformat: 'png', outputformat: 'jpg' });
  assert.deepEqual([error.code, error.retryAfter, error.message], [429, '30', 'Too many requests']);
});
