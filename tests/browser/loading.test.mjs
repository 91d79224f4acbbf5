// What a page loads, and when.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { browse, convertTo, offered, open, pick, result, SAMPLE, serve } from './support/demo.mjs';
import { address } from './support/sandbox.mjs';

const [browser, url] = await Promise.all([browse(), serve()]);

test('before its first use the page has the element and the face, and no WebAssembly', async (t) => {
  const page = await open(t, browser, url);
  const loaded = [];
  page.on('response', async (response) => {
    const name = response.url().split('/cloudconvert-kit/')[1];
    if (name) loaded.push({ name, bytes: gzipSync(await response.body(), { level: 9 }).length });
  });
  await page.reload();
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
  await page.waitForLoadState('networkidle');
  const sum = () => loaded.reduce((total, { bytes }) => total + bytes, 0);
  assert.deepEqual(loaded.map(({ name }) => name).sort(), ['browser/element.js', 'browser/index.js']);
  assert.ok(sum() < 10 << 10, `${sum()} bytes`);

  await pick(page, SAMPLE);
  await convertTo(page, 'jpg');
  await result(page);
  const client = ['browser/client.js', 'browser/element.js', 'browser/index.js', 'cloudconvert_wasm_v2_bg.wasm'];
  assert.deepEqual(loaded.map(({ name }) => name).sort(), client);
  t.diagnostic(`${sum()} bytes gzipped`);

  // A second conversion needs nothing more.
  await pick(page, SAMPLE);
  await convertTo(page, 'gif');
  await result(page);
  assert.equal(loaded.length, client.length);
});

test('script and WebAssembly are loaded side by side, and before the first call if wanted', async (t) => {
  const page = await open(t, browser, url);
  const wanted = [];
  let go;
  const both = new Promise((resolve) => (go = resolve));
  await page.route('**/cloudconvert-kit/**', async (route) => {
    wanted.push(new URL(route.request().url()).pathname.split('/').at(-1));
    // Neither comes before both have been asked for.
    if (wanted.length === 2) go();
    await both;
    await route.continue();
  });
  await page.evaluate(`import('/cloudconvert-kit/browser/index.js').then(({ CloudConvert }) =>
    Promise.all([new CloudConvert().load(), new CloudConvert().load()]))`);
  assert.deepEqual(wanted.sort(), ['client.js', 'cloudconvert_wasm_v1_bg.wasm']);
});

test('a lost connection to the WebAssembly is no end', async (t) => {
  const page = await open(t, browser, url);
  for (const lost of ['**/*.wasm', '**/unpacked.js']) await page.route(lost, (route) => route.abort(), { times: 1 });
  await page.locator('cloudconvert-upload input[type=file]').setInputFiles(SAMPLE);
  await page.getByRole('button', { name: /^Try again/ }).click();
  await offered(page);
  await convertTo(page, 'jpg');
  await result(page);
});

for (const [what, answer] of Object.entries({
  'is not there': { status: 404, body: '' },
  'is a page instead': { status: 200, contentType: 'text/html', body: '<!doctype html>' },
  'is another file': { status: 200, contentType: 'application/wasm', body: 'x' },
})) {
  test(`a WebAssembly that ${what} is taken out of a script`, async (t) => {
    const page = await open(t, browser, url);
    await page.route('**/*.wasm', (route) => route.fulfill(answer));
    await pick(page, SAMPLE);
    await convertTo(page, 'jpg');
    await result(page);
  });
}

test('the service is on another origin', async (t) => {
  assert.notEqual(new URL(url).origin, new URL(address).origin);
  const page = await open(t, browser, url);
  const answers = [];
  page.on('response', (response) => answers.push(`${response.request().method()} ${response.url()} ${response.status()}`));
  await pick(page, SAMPLE);
  await convertTo(page, 'jpg');
  await result(page);
  for (const call of [`POST ${address}.*/upload/.* 201`, `GET ${address}/.*/storage/.* 200`, `POST ${url}/convert/v2/jobs 201`, `DELETE ${url}/convert/v2/jobs/.* 204`]) {
    assert.ok(answers.some((answer) => new RegExp(`^${call}$`).test(answer)), call);
  }
});

test('the page can do nothing but what it is for', async () => {
  const answer = await fetch(url);
  const policy = answer.headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, new RegExp(`connect-src 'self' ${address}`));
  assert.match(policy, /require-trusted-types-for 'script'/);
  const foreign = { method: 'POST', body: '{}', headers: { Origin: 'https://example.com', 'Content-Type': 'application/json' } };
  assert.equal((await fetch(`${url}/convert/v2/jobs`, foreign)).status, 403);
  for (const path of ['/server.mjs', '/../server.mjs', '/%2e%2e/package.json', '/cloudconvert-kit/../package.json', '/cloudconvert-kit/node/index.js']) {
    assert.equal((await fetch(url + path)).status, 404, path);
  }
});
