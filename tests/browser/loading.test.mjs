// What a page loads, and when.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { browse, convertTo, open, pick, result, SAMPLE, serve } from './support/demo.mjs';
import { address } from './support/sandbox.mjs';

const [browser, url] = await Promise.all([browse(), serve()]);

test('before its first use the package is a few hundred bytes, and no WebAssembly', async (t) => {
  const page = await open(t, browser, url);
  const loaded = [];
  page.on('response', async (response) => {
    if (response.url().includes('/cloudconvert-kit/')) loaded.push({ name: response.url(), bytes: gzipSync(await response.body(), { level: 9 }).length });
  });
  await page.reload();
  await pick(page, SAMPLE);
  await page.waitForLoadState('networkidle');
  const sum = () => loaded.reduce((total, { bytes }) => total + bytes, 0);
  assert.ok(loaded.length > 0);
  assert.deepEqual(loaded.filter(({ name }) => name.endsWith('.wasm')), []);
  assert.ok(sum() < 2048, `${sum()} bytes`);

  await convertTo(page, 'jpg');
  await result(page);
  assert.equal(loaded.filter(({ name }) => name.endsWith('.wasm')).length, 1);
  assert.ok(sum() < 65 << 10, `${sum()} bytes`);
  t.diagnostic(`${sum()} bytes gzipped`);

  // A second conversion needs nothing more.
  const count = loaded.length;
  await page.getByRole('button', { name: 'Convert another file' }).click();
  await pick(page, SAMPLE);
  await convertTo(page, 'gif');
  await result(page);
  assert.equal(loaded.length, count);
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
  await pick(page, SAMPLE);
  await convertTo(page, 'jpg');
  await page.getByRole('button', { name: 'Try again' }).click();
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
  for (const call of ['POST .*/upload/.* 200', 'GET .*/process/.* 200', 'GET .*/download/.* 200', 'DELETE .*/process/.* 200']) {
    const [method, path, status] = call.split(' ');
    assert.ok(answers.some((answer) => new RegExp(`^${method} ${address}${path} ${status}$`).test(answer)), call);
  }
});

test('the page can do nothing but what it is for', async () => {
  const answer = await fetch(url);
  const policy = answer.headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, new RegExp(`connect-src 'self' ${address}`));
  assert.equal((await fetch(`${url}/prepare`, { method: 'POST', body: '{}', headers: { Origin: 'https://example.com' } })).status, 403);
  for (const path of ['/server.mjs', '/../server.mjs', '/%2e%2e/package.json', '/cloudconvert-kit/../package.json', '/cloudconvert-kit/node/index.js']) {
    assert.equal((await fetch(url + path)).status, 404, path);
  }
});
