// What is set for `fetch` holds for every request, uploads too: proxies, certificates, another `fetch`.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { CloudConvert } from 'cloudconvert-kit';
import * as undici from 'undici';

import { listen } from './support/local.mjs';
import { FILE, KEY, handler, service } from './support/service.mjs';

const CERTIFICATE = fileURLToPath(new URL('./support/self-signed.pem', import.meta.url));
const CALLS = ['create', 'start', 'upload', 'status', 'download', 'delete'];
/** A name that nobody knows but the proxy. */
const HIDDEN = 'http://service.test/v1';

/** A proxy in front of a service; gives its address, and the tunnels that were asked for. */
async function proxy(t, host) {
  const tunnels = [];
  const server = http.createServer();
  server.on('connect', ({ url }, client) => {
    tunnels.push(url);
    const [name, port] = host.split(':');
    const other = net.connect(port, name, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      other.pipe(client).pipe(other);
    });
    t.after(() => [client, other].forEach((socket) => socket.destroy()));
    for (const socket of [client, other]) socket.on('error', () => socket.destroy());
  });
  return { address: `http://${await listen(t, server)}`, tunnels };
}

/** Lets `fetch` send by another dispatcher until the test ends. */
function dispatch(t, dispatcher) {
  const before = undici.getGlobalDispatcher();
  undici.setGlobalDispatcher(dispatcher);
  t.after(() => {
    undici.setGlobalDispatcher(before);
    return dispatcher.destroy();
  });
}

/** The same as version 8 of undici keeps it: the dispatcher itself, and in the former place a wrapper. */
function dispatchLater(t, dispatcher) {
  class Dispatcher1Wrapper extends undici.Dispatcher {
    dispatch(...request) {
      return dispatcher.dispatch(...request);
    }
    destroy() {
      return dispatcher.destroy();
    }
  }
  const place = Symbol.for('undici.globalDispatcher.2');
  const before = globalThis[place];
  globalThis[place] = dispatcher;
  t.after(() => (globalThis[place] = before));
  dispatch(t, new Dispatcher1Wrapper());
}

/** Converts, and asserts that all of the upload was counted. */
async function assertConverts(client) {
  const reports = [];
  const onProgress = ({ stage, sent, total }) => stage === 'upload' && reports.push([sent, total]);
  const file = new File([new Uint8Array(5 << 20)], 'large.md');
  const { files } = await client.convert(file, { to: 'txt', onProgress, retries: 0 });
  assert.equal(await files[0].text(), 'the output');
  const [sent, total] = reports.at(-1);
  assert.equal(sent, total);
  assert.ok(reports.length > 2, `${reports.length} reports`);
}

test('a proxy', async (t) => {
  const { host, calls } = await service(t);
  const { address, tunnels } = await proxy(t, host);
  dispatch(t, new undici.ProxyAgent(address));
  await assertConverts(new CloudConvert({ baseUrl: HIDDEN, apiKey: KEY }));
  assert.deepEqual(calls(), CALLS);
  assert.deepEqual([...new Set(tunnels)], ['service.test:80']);
});

test('a proxy that version 8 of undici keeps', async (t) => {
  const { host, calls } = await service(t);
  const { address, tunnels } = await proxy(t, host);
  dispatchLater(t, new undici.ProxyAgent(address));
  await assertConverts(new CloudConvert({ baseUrl: HIDDEN, apiKey: KEY }));
  assert.deepEqual(calls(), CALLS);
  assert.deepEqual([...new Set(tunnels)], ['service.test:80']);
});

test('the README’s example', async (t) => {
  const { host, calls } = await service(t);
  const { address, tunnels } = await proxy(t, host);
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, example] = /^## Proxies and certificates\n.*?^```js\n(.*?)^```/ms.exec(readme);
  const told = example.replace('http://proxy.example:3128', address).replace('apiKey:', `baseUrl: '${HIDDEN}',\n  apiKey:`);
  assert.ok(told.includes(address) && told.includes(HIDDEN));
  const program = `${told}
    const { files } = await client.convert(new File(['# Hello'], 'a.md'), { to: 'txt', retries: 0 });
    console.log(await files[0].text());`;
  const options = { cwd: fileURLToPath(new URL('.', import.meta.url)), env: { ...process.env, CLOUDCONVERT_API_KEY: KEY } };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], options);
  assert.equal(stdout.trim(), 'the output');
  assert.deepEqual(calls(), CALLS);
  assert.deepEqual([...new Set(tunnels)], ['service.test:80']);
});

test('certificates of a program’s own', async (t) => {
  const pem = readFileSync(CERTIFICATE);
  const { handle, calls } = handler();
  const host = await listen(t, https.createServer({ key: pem, cert: pem }, handle));
  dispatch(t, new undici.Agent({ connect: { ca: pem } }));
  await assertConverts(new CloudConvert({ baseUrl: `https://${host}/v1`, apiKey: KEY }));
  assert.deepEqual(calls(), CALLS);
});

test('certificates that Node is told of', async (t) => {
  const pem = readFileSync(CERTIFICATE);
  const { handle, calls } = handler();
  const host = await listen(t, https.createServer({ key: pem, cert: pem }, handle));
  const program = `
    import { CloudConvert } from 'cloudconvert-kit';
    const client = new CloudConvert({ baseUrl: 'https://${host}/v1', apiKey: 'KEY' });
    const { files } = await client.convert({ content: '#', name: 'a.md' }, { to: 'txt', retries: 0 });
    console.log(await files[0].text());
    await client.upload('https://${host}/upload/u1', new File(['x'], 'a.md'), { retries: 0 });`;
  const options = { cwd: fileURLToPath(new URL('.', import.meta.url)), env: { ...process.env, NODE_EXTRA_CA_CERTS: CERTIFICATE } };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], options);
  assert.equal(stdout.trim(), 'the output');
  assert.equal(calls().at(-1), 'upload');
});

test('what sends requests as Node does by itself is no reason to upload otherwise', async (t) => {
  const asked = [];
  const { host } = await service(t, {
    checkContinue: (handle) => (request, response) => {
      asked.push(request.headers.expect);
      response.writeContinue();
      handle(request, response);
    },
  });
  const client = new CloudConvert({ baseUrl: `http://${host}/v1`, apiKey: KEY });
  await assertConverts(client);
  dispatch(t, new undici.Agent());
  await assertConverts(client);
  dispatchLater(t, new undici.Agent());
  await assertConverts(client);
  assert.deepEqual(asked, ['100-continue', '100-continue', '100-continue']);
});

test('another fetch, with classes of its own', async (t) => {
  const { host, calls } = await service(t);
  const { address, tunnels } = await proxy(t, host);
  const dispatcher = new undici.ProxyAgent(address);
  t.after(() => dispatcher.destroy());
  const fetch = (url, init) => undici.fetch(url, { ...init, dispatcher });
  await assertConverts(new CloudConvert({ baseUrl: HIDDEN, apiKey: KEY, fetch }));
  assert.deepEqual(calls(), CALLS);
  assert.deepEqual([...new Set(tunnels)], ['service.test:80']);
  const page = new CloudConvert({ fetch });
  await page.upload('http://service.test/upload/u1', FILE, { retries: 0 });
});
