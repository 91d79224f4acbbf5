// What goes wrong is said in words that a person understands.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { browse, convertTo, open, pick, problem, result, SAMPLE, serve } from './support/demo.mjs';
import { misbehave, processes } from './support/sandbox.mjs';

const [browser, url] = await Promise.all([browse(), serve()]);
after(async () => assert.deepEqual(await processes(), [], 'nothing is left on the service'));

const file = (name, content) => ({ name, mimeType: '', buffer: Buffer.from(content) });

test('a file that is not what its name says', async (t) => {
  const page = await open(t, browser, url);
  await pick(page, file('broken.png', 'no picture'));
  await convertTo(page, 'jpg');
  const words = await problem(page);
  assert.match(words, /This file cannot be converted/);
  assert.match(words, /The service says: “.+”/);
  await page.getByRole('button', { name: 'Choose another file' }).click();
  assert.ok(await page.locator('#choose').isVisible());
});

test('an empty file', async (t) => {
  const page = await open(t, browser, url);
  await pick(page, file('empty.png', ''));
  await convertTo(page, 'jpg');
  assert.match(await problem(page), /empty/);
});

test('a format that nobody converts, and none at all', async (t) => {
  const page = await open(t, browser, url);
  await page.locator('#file').setInputFiles(file('data.xyz', 'x'));
  assert.match(await problem(page), /\.xyz files cannot be converted here/);
  await page.locator('#file').setInputFiles(file('data', 'x'));
  await page.getByText('What kind of file is this?').waitFor();
});

test('a service that is down', async (t) => {
  const closed = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const { port } = closed.address();
  closed.close();
  const page = await open(t, browser, await serve(`http://127.0.0.1:${port}/v1`));
  await page.locator('#file').setInputFiles(SAMPLE);
  assert.match(await problem(page), /The service has a problem/);
});

test('a page whose own server is gone', async (t) => {
  const page = await open(t, browser, url);
  await page.route(`${url}/formats**`, (route) => route.abort());
  await page.locator('#file').setInputFiles(SAMPLE);
  assert.match(await problem(page), /The connection broke/);
  await page.unroute(`${url}/formats**`);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('#convert:enabled').waitFor();
});

/** Lets time pass as fast as the page can take it, until something is visible. */
async function hurry(page, locator) {
  while (!(await locator.isVisible())) await page.clock.runFor(2000);
}

for (const [what, rule, title] of [
  ['a connection that breaks each time', { kind: 'upload', cut: 'before', times: 1000 }, /The connection broke/],
  ['429 without an end', { kind: 'upload', status: 429, headers: { 'Retry-After': '30' }, times: 1000 }, /The service is very busy/],
  ['503 without an end', { kind: 'status', status: 503, body: '<h1>down</h1>', times: 1000 }, /The service has a problem/],
]) {
  test(what, async (t) => {
    await misbehave(t, rule);
    const page = await open(t, browser, url);
    await pick(page, SAMPLE);
    await page.clock.install();
    await convertTo(page, 'jpg');
    await hurry(page, page.locator('#message', { hasText: /attempt [2-9]/ }));
    await hurry(page, page.locator('#problem'));
    assert.match(await problem(page), title);
    assert.deepEqual(await processes(), []);
  });
}

test('a page that is offline says so, and goes on when it is not', async (t) => {
  await misbehave(t, { kind: 'run', delay_ms: 3000 });
  const page = await open(t, browser, url);
  await pick(page, SAMPLE);
  await convertTo(page, 'jpg');
  await page.locator('#steps [aria-current]', { hasText: 'Wait' }).waitFor();
  await page.context().setOffline(true);
  await page.getByText('You are offline. It goes on when you are online again.').waitFor();
  await page.context().setOffline(false);
  await page.locator('#message', { hasText: 'offline' }).waitFor({ state: 'hidden' });
  await result(page);
});

test('a page that was offline for too long', async (t) => {
  const page = await open(t, browser, url);
  await pick(page, SAMPLE);
  await page.context().setOffline(true);
  await convertTo(page, 'jpg');
  assert.match(await problem(page), /You are offline/);
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await result(page);
});

test('a connection that breaks once is no problem', async (t) => {
  await misbehave(t, { kind: 'upload', cut_upload_after: 1000 }, { kind: 'download', cut_download_after: 1000 });
  const page = await open(t, browser, url);
  await pick(page, SAMPLE);
  await convertTo(page, 'jpg');
  const picture = (await result(page)).locator('img');
  assert.ok(await picture.evaluate((element) => element.decode().then(() => element.naturalWidth === 480)));
});

test('a file that changes after it was chosen', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cloudconvert-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'note.md');
  writeFileSync(path, '# One');
  const page = await open(t, browser, url);
  await pick(page, path);
  writeFileSync(path, '# Another, longer one');
  // A browser compares whole seconds.
  utimesSync(path, new Date(), new Date(Date.now() + 10_000));
  await convertTo(page, 'html');
  assert.match(await problem(page), /The file cannot be read/);
});

test('a URL that is not of the service', async (t) => {
  const page = await open(t, browser, url, { mayBeBlocked: true });
  await page.route(`${url}/prepare`, async (route) => {
    const { processUrl, uploadUrl } = await (await route.fetch()).json();
    await fetch(processUrl, { method: 'DELETE' });
    await route.fulfill({ json: { processUrl: 'javascript:alert(1)', uploadUrl: uploadUrl.replace('127.0.0.1', 'example.invalid') } });
  });
  await pick(page, SAMPLE);
  await page.clock.install();
  await convertTo(page, 'jpg');
  // The page's own policy blocks it, whatever the address says.
  await hurry(page, page.locator('#problem'));
});
