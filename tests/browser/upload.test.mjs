// What a browser sends when it uploads, and how long it is waited for.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { browse, input } from './support/demo.mjs';
import { bodyOf, CloudConvert, KIT, site } from './support/site.mjs';

const PASSING = `
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));
`;

const uploads = [];
/** What an upload is answered with; a test may want another time. */
let answered = () => Promise.resolve();
const upload = async (request, response) => {
  const { method, url, headers } = request;
  uploads.push({ method, url, headers, body: await bodyOf(request) });
  await answered();
  response.setHeader('Content-Type', 'application/json');
  response.end('{"message": "File saved."}');
};
/** Says that it has the file, and then goes on for ever. */
const endless = async (request, response) => {
  await bodyOf(request);
  response.setHeader('Content-Type', 'application/json');
  response.write('{"message": "File saved."}');
  const spaces = ' '.repeat(1 << 16);
  const more = () => {
    while (!response.destroyed && response.write(spaces));
  };
  response.on('drain', more);
  more();
};
const [browser, address] = await Promise.all([
  browse(),
  site({ files: { '/passing.js': PASSING }, answers: { 'POST /upload/u1': upload, 'POST /upload/endless': endless } }),
]);
const uploadUrl = `${address}/upload/u1`;

async function open(t) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

/** A promise, and what resolves it. */
function later() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}

/** The parts of a form, as they stand on the wire; their type aside. */
function partsOf({ headers, body }) {
  const boundary = /boundary=(.+)$/.exec(headers['content-type'])[1];
  assert.equal(headers['content-length'], String(body.length));
  const parts = body.toString('latin1').split(`--${boundary}`);
  assert.deepEqual([parts.shift(), parts.pop()], ['', '--\r\n']);
  return parts.map((part) => {
    const [, head, content] = /^\r\n(.*?)\r\n\r\n(.*)\r\n$/s.exec(part);
    const fields = head.split('\r\n').map((field) => [field.slice(0, field.indexOf(':')).toLowerCase(), field.slice(field.indexOf(':') + 1).trim()]);
    const { 'content-type': _, ...rest } = Object.fromEntries(fields);
    return { ...rest, content };
  });
}

const NAMES = [
  'photo.png', 'Größe #1 (50%) €😀.png', 'a"b.png', 'a\r\nb.png', 'a\nb.png', 'a\rb.png', 'a/b\\c:d.png', '%22;filename=x.png',
  'a\tb\u2028.png', '\ud800.png', `${'x'.repeat(3000)}.png`,
];

test('a browser frames a form as the core does, whatever the name', async (t) => {
  const page = await open(t);
  uploads.length = 0;
  const client = new CloudConvert();
  for (const name of NAMES) {
    await page.evaluate(`import('${KIT}').then(({ CloudConvert }) =>
      new CloudConvert().upload('${uploadUrl}', new File(['the input'], 'other.png', { type: 'image/png' }), ${JSON.stringify({ name })}))`);
    await client.upload(uploadUrl, new File(['the input'], 'other.png'), { name });
    const [browsers, cores] = uploads.splice(0).map(partsOf);
    assert.deepEqual(browsers, cores, name);
    assert.equal(cores.length, 1);
    assert.equal(cores[0].content, 'the input');
  }
});

test('progress ends with the whole, and never goes beyond', async (t) => {
  const page = await open(t);
  await page.locator('input').setInputFiles(input('input.pdf'));
  const told = await page.evaluate(`import('${KIT}').then(async ({ CloudConvert }) => {
    const told = [];
    const onProgress = ({ stage, sent, total }) => stage === 'upload' && told.push({ sent, total });
    await new CloudConvert().upload('${uploadUrl}', document.querySelector('input').files[0], { onProgress });
    return told;
  })`);
  assert.ok(told.every(({ sent, total }) => sent <= total));
  assert.equal(told.at(-1).sent, told.at(-1).total);
});

test('of an answer that never ends, a page reads no more than it needs', { timeout: 60_000 }, async (t) => {
  const page = await open(t);
  for (const fetch of ['undefined', '(...how) => globalThis.fetch(...how)']) {
    assert.equal(await page.evaluate(`import('${KIT}').then(({ CloudConvert }) =>
      new CloudConvert({ fetch: ${fetch} }).upload('${address}/upload/endless', new File(['the input'], 'a.png'), { retries: 0 })).then(() => 'uploaded', String)`), 'uploaded');
  }
});

test('behind a service worker, which hides all progress, an upload is not sent twice', async (t) => {
  const page = await open(t);
  await page.evaluate(`navigator.serviceWorker.register('/passing.js').then(() => new Promise((resolve) => {
    if (navigator.serviceWorker.controller) resolve();
    else navigator.serviceWorker.addEventListener('controllerchange', resolve);
  }))`);
  await page.evaluate(`import('${KIT}').then(({ CloudConvert }) => new CloudConvert().load())`);
  uploads.length = 0;
  const arrived = later();
  const released = later();
  answered = () => {
    arrived.resolve();
    return released.promise;
  };
  t.after(() => (answered = () => Promise.resolve()));
  await page.clock.install();
  await page.evaluate(`import('${KIT}').then(({ CloudConvert }) => {
    globalThis.end = new CloudConvert().upload('${uploadUrl}', new File([new Uint8Array(2_000_000)], 'large.png')).then(() => 'uploaded', String);
  })`);
  await arrived.promise;
  // Two megabytes may take a slow line four minutes.
  for (let minute = 0; minute < 4; minute += 1) await page.clock.runFor(60_000);
  released.resolve();
  assert.equal(await page.evaluate('globalThis.end'), 'uploaded');
  assert.equal(uploads.length, 1);
});
