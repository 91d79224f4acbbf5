// What is no file is never replaced by one: pipes and devices are written, everything else is refused before anything is paid.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, lstatSync, openSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';

import { folder } from './support/local.mjs';
import { FILE, service } from './support/service.mjs';

/** A pipe of the test's own. */
function pipe(t) {
  const path = join(folder(t), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

const reader = (path) => new net.Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false });

test('a pipe that somebody reads gets the output, and so does a link to one', async (t) => {
  const { client } = await service(t);
  const path = pipe(t);
  const link = join(folder(t), 'link');
  symlinkSync(path, link);
  for (const saveTo of [path, link]) {
    const stream = reader(path);
    const [{ paths }, read] = await Promise.all([client.convert(FILE, { to: 'txt', saveTo }), text(stream)]);
    assert.deepEqual(paths, [saveTo]);
    assert.equal(read, 'the output');
    assert.ok(statSync(path).isFIFO());
  }
  assert.equal(readlinkSync(link), path);
});

test('an output larger than a pipe holds', async (t) => {
  const large = 'x'.repeat(1 << 20);
  const { client } = await service(t, {
    status: (answer, { host, id }) => answer({ id, step: 'finished', output: { url: `//${host}/download/d1`, filename: 'output.txt', size: large.length } }),
    download: (answer) => answer(large),
  });
  const path = pipe(t);
  const stream = reader(path);
  const [, read] = await Promise.all([client.convert(FILE, { to: 'txt', saveTo: path }), text(stream)]);
  assert.equal(read.length, large.length);
});

test('what cannot be written is refused before anything is asked for', { timeout: 20_000 }, async (t) => {
  const { client, requests } = await service(t);
  const refuse = (saveTo, expected, options) => assert.rejects(client.convert(FILE, { to: 'txt', saveTo, ...options }), expected);
  const path = pipe(t);
  await refuse(path, { code: 'bad_request', message: /has to be a folder/ }, { download: 'each' });
  await refuse(join(path, 'inside'), { code: 'output' });
  await refuse('', { code: 'bad_request', message: /empty/ });
  const socket = join(folder(t), 'socket');
  const server = net.createServer();
  await new Promise((resolve) => server.listen(socket, resolve));
  t.after(() => server.close());
  await refuse(socket, { code: 'output', message: /neither a file nor a pipe/ });
  assert.ok(statSync(socket).isSocket());
  assert.ok(statSync(path).isFIFO());
  assert.deepEqual(requests, []);
});

test('a pipe waits for its reader, until the conversion is given up', { timeout: 20_000 }, async (t) => {
  const path = pipe(t);
  const { client, calls } = await service(t);
  const stop = new AbortController();
  const waits = client.convert(FILE, { to: 'txt', saveTo: path, signal: stop.signal });
  const settled = waits.catch(() => 'rejected');
  while (!calls().includes('download')) await new Promise((resolve) => setImmediate(resolve));
  stop.abort('enough');
  await assert.rejects(waits, (reason) => reason === 'enough');
  assert.equal(await settled, 'rejected');
  await assert.rejects(client.convert(FILE, { to: 'txt', saveTo: path, deadline: 1000 }), { code: 'timeout', message: /before the deadline.*still has the output/ });
  // The reader comes late.
  const late = client.convert(FILE, { to: 'txt', saveTo: path });
  const downloads = () => calls().filter((call) => call === 'download').length;
  while (downloads() < 3) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await text(reader(path)), 'the output');
  await late;
});

test('a wall clock that is set forward ends no wait for a reader', { timeout: 20_000 }, async (t) => {
  const path = pipe(t);
  const { client, calls } = await service(t);
  const writes = client.convert(FILE, { to: 'txt', saveTo: path });
  while (!calls().includes('download')) await new Promise((resolve) => setImmediate(resolve));
  const now = Date.now;
  t.mock.method(Date, 'now', () => now() + 86_400_000);
  assert.equal(await text(reader(path)), 'the output');
  await writes;
});

test('a pipe of one of many waits no longer than its own conversion', { timeout: 20_000 }, async (t) => {
  const { client } = await service(t);
  const path = pipe(t);
  const ended = [];
  for await (const { error } of client.convertMany([FILE], { to: 'txt', saveTo: () => path, deadline: 1000 })) ended.push(error?.code);
  assert.deepEqual(ended, ['timeout']);
});

test('a reader that goes away is an error, and the output stays on the service', async (t) => {
  const large = 'x'.repeat(1 << 20);
  const { client, calls } = await service(t, {
    status: (answer, { host, id }) => answer({ id, step: 'finished', output: { url: `//${host}/download/d1`, filename: 'output.txt', size: large.length } }),
    download: (answer) => answer(large),
  });
  const path = pipe(t);
  const stream = reader(path);
  stream.once('data', () => stream.destroy());
  await assert.rejects(client.convert(FILE, { to: 'txt', saveTo: path }), { code: 'output', message: /EPIPE.*still has the output/ });
  assert.ok(!calls().includes('delete'));
});

test('a device is written', async (t) => {
  const device = join(folder(t), 'device');
  try {
    // As /dev/full and /dev/null, but of the test's own.
    execFileSync('mknod', [device, 'c', '1', '7'], { stdio: 'ignore' });
    closeSync(openSync(device, 'w'));
  } catch {
    return t.skip('only the administrator makes devices');
  }
  const { client, calls } = await service(t);
  await assert.rejects(client.convert(FILE, { to: 'txt', saveTo: device }), { code: 'output', message: /ENOSPC/ });
  assert.ok(!calls().includes('delete'));
  assert.ok(statSync(device).isCharacterDevice());
  const sink = join(folder(t), 'sink');
  execFileSync('mknod', [sink, 'c', '1', '3']);
  assert.deepEqual((await client.convert(FILE, { to: 'txt', saveTo: sink })).paths, [sink]);
  assert.ok(statSync(sink).isCharacterDevice());
});

test('a link to a file stays a link, and its file is replaced', async (t) => {
  const { client } = await service(t);
  const [place, elsewhere] = [folder(t), folder(t)];
  const [link, file] = [join(place, 'link.txt'), join(elsewhere, 'file.txt')];
  writeFileSync(file, 'old');
  symlinkSync(file, link);
  assert.deepEqual((await client.convert(FILE, { to: 'txt', saveTo: link })).paths, [link]);
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(readFileSync(file, 'utf8'), 'the output');
  assert.deepEqual([readdirSync(place), readdirSync(elsewhere)], [['link.txt'], ['file.txt']]);
});
