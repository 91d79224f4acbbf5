// Outputs that go to a stream instead of into memory.
import assert from 'node:assert/strict';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';

import { folder } from './support/local.mjs';
import { FILE, service } from './support/service.mjs';

/** A stream that keeps what it gets, and notes what happens to it. */
function sink(notes = []) {
  const chunks = [];
  const stream = new WritableStream({
    write: (chunk) => void chunks.push(chunk),
    close: () => void notes.push('closed'),
    abort: () => void notes.push('aborted'),
  });
  return { stream, notes, text: () => Buffer.concat(chunks).toString() };
}

test('an output goes to a stream, which is closed before the service deletes it', async (t) => {
  const { stream, notes, text } = sink();
  const { client } = await service(t, {
    delete: (answer) => {
      notes.push('deleted');
      answer({ message: 'deleted' });
    },
  });
  const { files, paths } = await client.convert(FILE, { to: 'txt', saveTo: stream });
  assert.deepEqual([files, paths], [[], []]);
  assert.equal(text(), 'the output');
  assert.deepEqual(notes, ['closed', 'deleted']);
});

test('a stream of Node is one by way of Writable.toWeb', async (t) => {
  const { client, host } = await service(t);
  const path = join(folder(t), 'output.txt');
  await client.download(`http://${host}/download/d1`, { saveTo: Writable.toWeb(createWriteStream(path)) });
  assert.equal(readFileSync(path, 'utf8'), 'the output');
  await assert.rejects(client.convert(FILE, { to: 'txt', saveTo: new Writable() }), { code: 'bad_request', message: /Writable\.toWeb/ });
});

test('a stream that fails is an error, and the output stays on the service', async (t) => {
  const { client, calls } = await service(t);
  const stream = new WritableStream({ write: () => Promise.reject(new Error('the pipe is broken')) });
  await assert.rejects(client.convert(FILE, { to: 'txt', saveTo: stream }), { code: 'output', message: /the pipe is broken/ });
  assert.ok(!calls().includes('delete'));
});

test('what a stream fails with is the cause of the error', async (t) => {
  const { client } = await service(t);
  for (const does of ['write', 'close']) {
    const failure = new Error('the pipe is broken');
    const stream = new WritableStream({ [does]: () => Promise.reject(failure) });
    const error = await client.convert(FILE, { to: 'txt', saveTo: stream }).catch((error) => error);
    assert.equal(error.code, 'output', does);
    assert.equal(error.cause?.cause, failure, does);
  }
});

test('a conversion that fails aborts its stream', async (t) => {
  const { stream, notes } = sink();
  const { client } = await service(t, { status: (answer) => answer({ error: 'no text in there' }, 422) });
  await assert.rejects(client.convert(FILE, { to: 'txt', saveTo: stream }), { code: 'conversion_failed' });
  assert.deepEqual(notes, ['aborted']);
});

test('a stream that stalls holds up neither an abort nor the deadline', { timeout: 20_000 }, async (t) => {
  const { client } = await service(t);
  for (const stalls of ['write', 'close']) {
    const stop = new AbortController();
    const stall = () => {
      setImmediate(() => stop.abort());
      return new Promise(() => {});
    };
    const stream = new WritableStream({ [stalls]: stall });
    await assert.rejects(client.convert(FILE, { to: 'txt', saveTo: stream, signal: stop.signal }), { name: 'AbortError' });
  }
  const stream = new WritableStream({ write: () => new Promise(() => {}) });
  await assert.rejects(client.convert(FILE, { to: 'txt', saveTo: stream, deadline: 500 }), { code: 'timeout' });
});

test('a stream that takes nothing any more is refused before anything is asked for', async (t) => {
  const { client, requests } = await service(t);
  const closed = new WritableStream();
  await closed.close();
  const failed = new WritableStream({ start: (controller) => controller.error(new Error('the disk is gone')) });
  const locked = new WritableStream();
  locked.getWriter();
  for (const [saveTo, code, message] of [[closed, 'output', /closed/], [failed, 'output', /the disk is gone/], [locked, 'output', /locked/], [null, 'bad_request', /WritableStream/], [7, 'bad_request', /WritableStream/]]) {
    await assert.rejects(client.convert(FILE, { to: 'txt', saveTo }), { name: 'CloudConvertError', code, message });
  }
  assert.deepEqual(requests, []);
});

test('a stream that nobody reads yet is waited for', { timeout: 20_000 }, async (t) => {
  const { client } = await service(t);
  const { readable, writable } = new TransformStream();
  const running = client.convert(FILE, { to: 'txt', saveTo: writable });
  assert.equal(await new Response(readable).text(), 'the output');
  await running;
});

test('several outputs are too many for a stream', async (t) => {
  const { client, calls } = await service(t);
  await assert.rejects(client.convert(FILE, { to: 'txt', download: 'each', saveTo: sink().stream }), { code: 'bad_request' });
  assert.deepEqual(calls(), []);
});

test('what was written and cannot be resumed is not written twice', async (t) => {
  const { stream, notes } = sink();
  const { client } = await service(t, {
    // Neither parts nor a version: the download would have to begin anew.
    download: (_, { response }) => {
      response.writeHead(200, { 'Content-Length': 10 });
      response.write('the ', () => response.destroy());
    },
  });
  await assert.rejects(client.convert(FILE, { to: 'txt', saveTo: stream }), { code: 'output', message: /a stream cannot go back/ });
  assert.deepEqual(notes, ['aborted']);
});
