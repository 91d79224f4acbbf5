// Workers: with a page and without one.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { browse } from './support/demo.mjs';
import { address, key, processes } from './support/sandbox.mjs';
import { CloudConvert, site } from './support/site.mjs';

/** Converts what it is told, and tells what comes out, or what went wrong. */
const worker = (entry) => `
import { CloudConvert } from '/kit/browser/${entry}.js';
const convert = async ({ uploadUrl, processUrl }) => {
  const client = new CloudConvert();
  await client.upload(uploadUrl, new File(['# Hello'], 'a.md'));
  const { files: [file] } = await client.follow(processUrl);
  return { name: file.name, text: await file.text() };
};
addEventListener('install', () => skipWaiting());
addEventListener('message', (event) => {
  const end = convert(event.data).catch(({ name, code, message }) => ({ name, code, message }));
  const told = end.then((end) => (event.source ?? self).postMessage(end));
  event.waitUntil?.(told);
});
`;
const ENTRIES = ['index', 'v1'];

const client = new CloudConvert({ apiKey: key, baseUrl: `${address}/v1` });
const [browser, url] = await Promise.all([
  browse(),
  site({ files: Object.fromEntries(ENTRIES.map((entry) => [`/${entry}.js`, worker(entry)])) }),
]);
after(async () => assert.deepEqual(await processes(), [], 'nothing is left on the service'));

/** Has a worker of a new page convert; gives what it tells. `start` gives the worker, and who hears it. */
async function told(t, start) {
  const prepared = await client.prepare({ from: 'md', to: 'html' });
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(url);
  return page.evaluate(
    async ({ start, prepared }) => {
      const [worker, ear] = await globalThis.eval(start)();
      return new Promise((resolve, reject) => {
        ear.addEventListener('message', ({ data }) => resolve(data));
        worker.addEventListener('error', ({ message }) => reject(new Error(message)));
        ear.startMessages?.();
        worker.postMessage(prepared);
      });
    },
    { start, prepared },
  );
}

const dedicated = (entry) => `async () => {
  const worker = new Worker('/${entry}.js', { type: 'module' });
  return [worker, worker];
}`;
const service = (entry) => `async () => {
  await navigator.serviceWorker.register('/${entry}.js', { type: 'module' });
  return [(await navigator.serviceWorker.ready).active, navigator.serviceWorker];
}`;

for (const [what, start] of Object.entries({
  'a worker': dedicated('index'),
  'a worker, all in one file': dedicated('v1'),
  'a service worker, all in one file': service('v1'),
})) {
  test(`${what} converts`, async (t) => {
    const { name, text, ...problem } = await told(t, start);
    assert.deepEqual(problem, {});
    assert.equal(name, 'a.html');
    assert.match(text, /<h1[^>]*>Hello<\/h1>/);
  });
}

test('a service worker that would have to load the client later is told what to import', async (t) => {
  const { name, code, message } = await told(t, service('index'));
  assert.equal(name, 'CloudConvertError');
  assert.equal(code, 'bad_request');
  assert.match(message, /service worker.*cloudconvert-kit\/v2.*cloudconvert-kit\/v1/);
  for await (const { url } of client.processes()) await client.delete(url);
});
