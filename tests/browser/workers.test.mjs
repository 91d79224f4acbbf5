// Workers: with a page and without one.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { browse } from './support/demo.mjs';
import { blocks } from './support/readme.mjs';
import { address, jobs, key, processes } from './support/sandbox.mjs';
import { CloudConvert, site } from './support/site.mjs';

/** Does that with what it is told, and tells what comes out, or what went wrong. */
const worker = (convert) => `${convert}
addEventListener('install', () => skipWaiting());
addEventListener('message', (event) => {
  const end = convert(event.data).catch(({ name, code, message }) => ({ name, code, message }));
  const told = end.then((end) => (event.source ?? self).postMessage(end));
  event.waitUntil?.(told);
});
`;
/** The README's way to import all in one file, of one version; workers have no import maps. */
const whole = (version) => blocks('Workers', 'js')[0].replace("'cloudconvert-kit/v2'", `'/kit/browser/${version}.js'`);
const client = (imported) => `
${imported}
const convert = async ({ ticket, relay }) => {
  const client = new CloudConvert(relay ? { baseUrl: relay } : {});
  const input = new File(['# Hello'], 'a.md');
  if (ticket) await client.upload(ticket, input);
  const { files: [file] } = await (ticket ? client.follow(ticket) : client.convert(input, { to: 'html' }));
  return { name: file.name, text: await file.text() };
};`;
const SCRIPTS = {
  '/index.js': worker(client("import { CloudConvert } from '/kit/browser/index.js';")),
  '/v1.js': worker(client(whole('v1'))),
  '/v2.js': worker(client(whole('v2'))),
  '/upload.js': worker(`
import { upload } from '/kit/browser/upload.js';
const convert = async ({ ticket }) => ({ done: await upload(ticket, new File(['# Hello'], 'a.md')) });`),
};

const server = new CloudConvert({ apiKey: key, baseUrl: `${address}/v1` });
const [browser, url] = await Promise.all([
  browse(),
  site({ files: SCRIPTS, allow: { to: ['html'] } }),
]);
after(async () => assert.deepEqual([...(await processes()), ...(await jobs())], [], 'nothing is left on the service'));

const BY_TICKET = () => server.prepare({ from: 'md', to: 'html' });
const BY_RELAY = () => ({ relay: `${url}/convert/v2` });

/** Has a worker of a new page convert; gives what it tells. `start` gives the worker, and who hears it. */
async function told(t, start, ask = BY_TICKET) {
  const prepared = await ask();
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

for (const [what, start, ask] of [
  ['a worker converts by version 1', dedicated('index'), BY_TICKET],
  ['a worker converts by version 2', dedicated('index'), BY_RELAY],
  ['a worker, all in one file, converts by version 1', dedicated('v1'), BY_TICKET],
  ['a worker, all in one file, converts by version 2', dedicated('v2'), BY_RELAY],
  ['a service worker, all in one file, converts by version 1', service('v1'), BY_TICKET],
  ['a service worker, all in one file, converts by version 2', service('v2'), BY_RELAY],
]) {
  test(what, async (t) => {
    const { name, text, ...problem } = await told(t, start, ask);
    assert.deepEqual(problem, {});
    assert.equal(name, 'a.html');
    assert.match(text, /<h1[^>]*>Hello<\/h1>/);
  });
}

for (const [what, start] of Object.entries({ 'a worker': dedicated('upload'), 'a service worker': service('upload') })) {
  test(`${what} uploads alone`, async (t) => {
    assert.deepEqual(await told(t, start), { done: undefined });
    const [{ url }] = [(await server.processes().next()).value];
    const { files: [file] } = await server.follow(url);
    assert.equal(file.name, 'a.html');
  });
}

test('a service worker that would have to load the client later is told what to import', async (t) => {
  const { name, code, message } = await told(t, service('index'));
  assert.equal(name, 'CloudConvertError');
  assert.equal(code, 'bad_request');
  assert.match(message, /use cloudconvert-kit\/v2/);
  for await (const { url } of server.processes()) await server.delete(url);
});
