// Files of more than 4 GiB: sizes and offsets have 64 bits, and memory does not grow with the file. On disk they have holes
// where they are large, so that nearly nothing is there.
import assert from 'node:assert/strict';
import { closeSync, openSync, readSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { build } from 'esbuild';

import { folder } from './support/local.mjs';
import { service } from './support/service.mjs';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const TAIL = 'the end';

/** Runs something, and asserts that it needed no more than so many bytes of memory at any time. */
async function within(limit, action) {
  const before = process.memoryUsage().rss;
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss - before)), 50);
  const begin = performance.now();
  const result = await action().finally(() => clearInterval(timer));
  const seconds = (performance.now() - begin) / 1000;
  console.log(`# ${seconds.toFixed(1)} s, ${Math.round(most / MIB)} MiB more memory`);
  assert.ok(most < limit, `${most} bytes of memory`);
  return result;
}

test('a file is uploaded', { timeout: 300_000 }, async (t) => {
  const path = join(folder(t), 'large.md');
  writeFileSync(path, '');
  truncateSync(path, 4 * GIB + 1000);
  let received = 0;
  let announced;
  const { client, host } = await service(t, {
    upload: async (answer, { request }) => {
      announced = Number(request.headers['content-length']);
      for await (const chunk of request) received += chunk.length;
      answer({ message: 'File saved.' });
    },
  });
  let last;
  const onProgress = (progress) => progress.stage === 'upload' && (last = progress);
  await within(300 * MIB, () => client.upload(`http://${host}/upload/u1`, path, { onProgress }));
  assert.ok(announced > 4 * GIB + 1000);
  assert.equal(received, announced);
  assert.equal(last.sent, announced);
  assert.equal(last.total, announced);
});

test('an output goes to a stream, and is resumed behind 4 GiB', { timeout: 300_000 }, async (t) => {
  const size = 4 * GIB + 16 * MIB;
  const piece = Buffer.alloc(MIB);
  const begins = [];
  const { client } = await service(t, {
    status: (answer, { host }) => answer({ step: 'finished', output: { url: `//${host}/download/d1`, filename: 'large.bin', size } }),
    download: async (_, { request, response }) => {
      const from = Number(/\d+/.exec(request.headers.range) ?? 0);
      begins.push(from);
      response.writeHead(from ? 206 : 200, { 'Content-Length': size - from, 'Content-Range': `bytes ${from}-${size - 1}/${size}` });
      const to = from ? size - TAIL.length : 4 * GIB + 8 * MIB;
      for (let at = from; at < to; at += piece.length) {
        if (!response.write(piece.subarray(0, to - at))) await new Promise((resolve) => response.once('drain', resolve));
      }
      if (from) response.end(TAIL);
      else request.socket.destroySoon();
    },
  });
  let [length, end] = [0, Buffer.alloc(0)];
  const saveTo = new WritableStream({
    write(chunk) {
      length += chunk.length;
      end = Buffer.concat([end, chunk]).subarray(-TAIL.length);
    },
  });
  let last;
  const onProgress = (progress) => progress.stage === 'download' && (last = progress);
  await within(300 * MIB, () => client.convert({ content: '#', name: 'a.md' }, { to: 'bin', saveTo, onProgress }));
  assert.equal(begins.length, 2);
  assert.ok(begins[1] > 4 * GIB, `it went on at ${begins[1]}`);
  assert.equal(length, size);
  assert.deepEqual([last.received, last.total], [size, size]);
  assert.equal(String(end), TAIL);
});

test('a file is resumed behind 4 GiB', async (t) => {
  // The part of the package that writes files, by itself: what comes before that place need not come over a network.
  const plugins = [{ name: 'bare', setup: ({ onResolve }) => onResolve({ filter: /cloudconvert_wasm\.js$/ }, () => ({ path: 'bare', external: true })) }];
  const source = new URL('../src/node/store.ts', import.meta.url).pathname;
  const { outputFiles } = await build({ entryPoints: [source], bundle: true, write: false, format: 'esm', platform: 'node', plugins });
  const text = outputFiles[0].text.replace(/^import .*"bare";$/gm, '');
  const { FileStore } = await import(`data:text/javascript,${encodeURIComponent(text)}`);

  const [path, place] = [join(folder(t), 'large.bin'), 4 * GIB + 8 * MIB];
  const store = await FileStore.at({ named: { path, present: 'nothing' }, does: 'file' });
  await store.begin('large.bin', place);
  await store.write(Buffer.from('cut off'));
  await store.begin('large.bin', place + 3);
  await store.write(Buffer.from(TAIL));
  await store.settle();
  assert.deepEqual(await store.finish(), { files: [], paths: [path] });
  assert.equal(statSync(path).size, place + 3 + TAIL.length);
  const end = Buffer.alloc(3 + TAIL.length);
  const file = openSync(path);
  readSync(file, end, 0, end.length, place);
  closeSync(file);
  assert.equal(String(end), `cut${TAIL}`);
});
