// How a browser downloads what is large: piece by piece where the line is fast, and the right bytes in any case; how it
// writes to a file, which changes only when the download is whole; and where redirects may lead it.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';

import { browse } from './support/demo.mjs';
import { KIT, site } from './support/site.mjs';

const OUTPUT = Buffer.concat(Array.from({ length: 72 }, () => randomBytes(1 << 20)));
const ranges = [];
/** Cuts an answer off behind so many bytes, by its number; a test may want that. */
let cuts = {};
/** Whether the service knows ranges. */
let resumable = true;
/** Whether it says which part of the output an answer has; pages of other sites are often not shown that. */
let told = true;

function download(request, response) {
  const wanted = resumable && /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const [first, last] = wanted ? [Number(wanted[1]), Number(wanted[2] || OUTPUT.length - 1)] : [0, OUTPUT.length - 1];
  const cut = cuts[ranges.length];
  ranges.push(request.headers.range);
  const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': last + 1 - first, ETag: '"1"' };
  if (wanted && told) headers['Content-Range'] = `bytes ${first}-${last}/${OUTPUT.length}`;
  response.writeHead(wanted ? 206 : 200, headers);
  if (cut === undefined) return response.end(OUTPUT.subarray(first, last + 1));
  return response.write(OUTPUT.subarray(first, first + cut), () => setTimeout(() => response.destroy(), 50));
}

const json = (value) => (request, response) => {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(typeof value === 'function' ? value(request) : value));
};
const status = ({ headers }) => ({ id: 'p1', step: 'finished', output: { url: `//${headers.host}/download/d1`, filename: 'a.bin', size: OUTPUT.length } });
/** How often the redirect was asked for that leads to itself. */
let circles = 0;
const finished = (path) => json(({ headers }) => ({ step: 'finished', output: { url: `//${headers.host}${path}`, filename: 'a.txt', size: 10 } }));
const answers = {
  'GET /process/p1': json(status),
  'DELETE /process/p1': json({ message: 'deleted' }),
  'GET /download/d1': download,
  // The same machine, by a name that is not the service's.
  'GET /process/led': finished('/led'),
  'GET /led': (request, response) => response.writeHead(302, { Location: `http://localhost:${request.socket.localPort}/elsewhere` }).end(),
  'GET /elsewhere': (request, response) => response.writeHead(200, { 'Content-Type': 'text/plain', 'Access-Control-Allow-Origin': '*' }).end('the output'),
  'GET /process/circle': finished('/circle'),
  'GET /circle': (request, response) => {
    circles += 1;
    response.writeHead(302, { Location: '/circle' }).end();
  },
};
const [browser, address] = await Promise.all([browse(), site({ answers })]);

/** Downloads in a new page; gives the hash of what came, and what was told of it. */
async function downloaded(t, how = {}) {
  ({ cuts = {}, resumable = true, told = true } = how);
  ranges.length = 0;
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(address);
  return page.evaluate(`import('${KIT}').then(async ({ CloudConvert }) => {
    const told = [];
    const onProgress = ({ stage, received, total }) => stage === 'download' && told.push({ received, total });
    const { files: [file] } = await new CloudConvert().follow('${address}/process/p1', { onProgress });
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
    return { hash: Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join(''), told };
  })`);
}

const HASH = createHash('sha256').update(OUTPUT).digest('hex');

test('a large output comes in pieces, and is told as it grows', async (t) => {
  const { hash, told } = await downloaded(t);
  assert.equal(hash, HASH);
  assert.equal(ranges[0], 'bytes=0-4194303');
  assert.match(ranges[1], /^bytes=4194304-/);
  assert.equal(told.at(-1).received, OUTPUT.length);
  assert.ok(told.every(({ received, total }, at) => total === OUTPUT.length && received >= (told[at - 1]?.received ?? 0)));
});

test('a piece that breaks off is read anew', async (t) => {
  const { hash } = await downloaded(t, { cuts: { 1: 3 << 20 } });
  assert.equal(hash, HASH);
  assert.match(ranges[2], /^bytes=\d+-$/);
});

test('a first piece that breaks off is resumed', async (t) => {
  const { hash } = await downloaded(t, { cuts: { 0: 1 << 20 } });
  assert.equal(hash, HASH);
  const from = Number(/^bytes=(\d+)-$/.exec(ranges[1])[1]);
  assert.ok(from > 0, ranges[1]);
});

test('a service without ranges sends all at once', async (t) => {
  const { hash } = await downloaded(t, { resumable: false });
  assert.equal(hash, HASH);
  assert.equal(ranges.length, 1);
});

test('a service that does not say which part it sends, is asked for all at once', async (t) => {
  const { hash } = await downloaded(t, { told: false });
  assert.equal(hash, HASH);
  assert.deepEqual(ranges, ['bytes=0-4194303', undefined]);
});

/** Downloads in a new page into a file that has been there before; gives what became of it. */
async function saved(t, how = {}, spoil = '') {
  ({ cuts = {}, resumable = true, told = true } = how);
  ranges.length = 0;
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(address);
  return page.evaluate(`import('${KIT}').then(async ({ CloudConvert }) => {
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle('a.bin', { create: true });
    const before = await handle.createWritable();
    await before.write('what was there before');
    await before.close();
    const sizes = new Set();
    let looks = Promise.resolve();
    const stop = new AbortController();
    const look = async ({ stage, received }) => {
      if (stage !== 'download') return;
      sizes.add((await handle.getFile()).size);
    };
    const onProgress = (progress) => {
      looks = looks.then(() => look(progress));
      ${spoil}
    };
    const end = await new CloudConvert().follow('${address}/process/p1', { saveTo: handle, onProgress, signal: stop.signal }).then(({ files }) => files.length, ({ name }) => name);
    await looks;
    const file = await handle.getFile();
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
    const list = async () => {
      const names = [];
      for await (const name of root.keys()) names.push(name);
      return names;
    };
    let names = await list();
    // A browser clears its own copy away after the stream has been given up.
    while (names.length > 1) names = await list();
    return { end, sizes: [...sizes], text: file.size < 100 ? await file.text() : '', hash: Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join(''), names };
  })`);
}

test('a file changes when the download is whole, and not before', async (t) => {
  const { end, sizes, hash, names } = await saved(t);
  assert.deepEqual([end, hash, names], [0, HASH, ['a.bin']]);
  assert.equal(sizes[0], 'what was there before'.length);
  assert.ok(sizes.every((size) => size === sizes[0] || size === OUTPUT.length), String(sizes));
});

test('a file takes a download that begins anew', async (t) => {
  const { end, hash } = await saved(t, { cuts: { 0: 1 << 20 }, resumable: false });
  assert.deepEqual([end, hash], [0, HASH]);
  assert.equal(ranges.length, 2);
});

test('a download that is given up leaves the file as it was', async (t) => {
  const { end, text, names } = await saved(t, {}, 'if (progress.received > 8 << 20) stop.abort();');
  assert.deepEqual([end, text, names], ['AbortError', 'what was there before', ['a.bin']]);
});

test('a file that may not be written, and one for several outputs, are told before anything is asked for', async (t) => {
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(address);
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  const errors = await page.evaluate(`import('${KIT}').then(({ CloudConvert }) => {
    const denied = { createWritable: async () => { throw new DOMException('not allowed', 'NotAllowedError'); } };
    const save = (options) => new CloudConvert().follow('${address}/process/p1', options).catch(({ code, message }) => code + ': ' + message);
    return Promise.all([save({ saveTo: denied }), save({ saveTo: denied, download: 'each' }), save({ saveTo: {} })]);
  })`);
  assert.match(errors[0], /^output: the output cannot be written: not allowed/);
  assert.match(errors[1], /^bad_request: .*one output/);
  assert.match(errors[2], /^bad_request: .*WritableStream/);
  assert.ok(asked.every((asked) => !asked.includes('/process/')), String(asked));
});

/** Follows what has ended; gives the error of the download. */
async function refused(t, process) {
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(address);
  return page.evaluate(`import('${KIT}').then(({ CloudConvert }) => new CloudConvert().follow('${address}/process/${process}')).then(() => ({}), ({ code, message }) => ({ code, message }))`);
}

test('what a redirect to another host brings is not taken, though it is as long as was announced', async (t) => {
  const { code, message } = await refused(t, 'led');
  assert.equal(code, 'untrusted_url', message);
  assert.match(message, /`localhost`/);
});

test('redirects in a circle are followed twice by the browser, and not again', async (t) => {
  const { code, message } = await refused(t, 'circle');
  assert.equal(code, 'invalid_response', message);
  assert.match(message, /redirects in a loop/);
  // Each time it is asked without following, and then the browser follows some twenty.
  assert.ok(circles > 2 && circles <= 50, `${circles} requests`);
});
