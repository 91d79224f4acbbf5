// What goes wrong is said in words that a person understands.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { browse, convertTo, files, open, pick, problem, result, SAMPLE, serve, state } from './support/demo.mjs';
import { jobs, misbehave } from './support/sandbox.mjs';

const [browser, url] = await Promise.all([browse(), serve()]);
after(async () => assert.deepEqual(await jobs(), [], 'nothing is left on the service'));

const file = (name, content) => ({ name, mimeType: '', buffer: Buffer.from(content) });
/** Picks a file of which nobody knows whether it can be converted. */
const take = (page, picked) => page.locator('cloudconvert-upload input[type=file]').setInputFiles(picked);

test('a file that is not what its name says', async (t) => {
  const page = await open(t, browser, url);
  await pick(page, file('broken.png', 'no picture'));
  await convertTo(page, 'jpg');
  const words = await problem(page);
  assert.match(words, /This file cannot be converted/);
  assert.match(words, /The service says: “.+”/);
  await page.getByRole('button', { name: /^Remove/ }).click();
  assert.equal(await files(page).count(), 0);
});

test('an empty file', async (t) => {
  const page = await open(t, browser, url);
  await pick(page, file('empty.png', ''));
  await convertTo(page, 'jpg');
  assert.match(await problem(page), /empty/);
});

test('a format that nobody converts, and none at all', async (t) => {
  const page = await open(t, browser, url);
  await take(page, file('data.xyz', 'x'));
  assert.match(await problem(page), /\.xyz files cannot be converted here/);
  await take(page, file('data', 'x'));
  assert.match(await problem(page), /Its name has no extension/);
});

/** Counts in the page what it has sent and is not answered: what the browser tells of a request comes later. */
function countRequests() {
  if (globalThis.unanswered !== undefined) return;
  globalThis.unanswered = 0;
  const { fetch } = globalThis;
  globalThis.fetch = (...request) => {
    globalThis.unanswered += 1;
    return fetch(...request).finally(() => (globalThis.unanswered -= 1));
  };
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (body) {
    globalThis.unanswered += 1;
    this.addEventListener('loadend', () => (globalThis.unanswered -= 1));
    send.call(this, body);
  };
}

/** Lets time pass as fast as the page can take it, until something is visible; none passes while a request is out. */
async function hurry(page, locator) {
  await page.evaluate(countRequests);
  const out = new Set();
  // What stays out for long ends by the page's own clock, as where the browser does not tell of an end.
  let moved = performance.now();
  const began = (request) => out.add(request);
  const ended = (request) => {
    moved = performance.now();
    out.delete(request);
  };
  const listeners = { request: began, requestfinished: ended, requestfailed: ended };
  for (const [event, listener] of Object.entries(listeners)) page.on(event, listener);
  while (!(await locator.isVisible())) {
    const isOut = out.size > 0 || (await page.evaluate(() => globalThis.unanswered)) > 0;
    if (isOut && performance.now() - moved < 5000) continue;
    await page.clock.runFor(2000);
    if (!isOut) moved = performance.now();
  }
  for (const [event, listener] of Object.entries(listeners)) page.off(event, listener);
}
const failed = (page) => files(page).and(page.locator('[data-state=failed]'));

test('a service that is down', async (t) => {
  const closed = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const { port } = closed.address();
  closed.close();
  const page = await open(t, browser, await serve(`http://127.0.0.1:${port}/v2`));
  await page.clock.install();
  await take(page, SAMPLE);
  await hurry(page, failed(page));
  assert.match(await problem(page), /The service has a problem/);
});

test('a page whose own server is gone', async (t) => {
  const page = await open(t, browser, url);
  await page.route('**/convert/v2/**', (route) => route.abort());
  await page.clock.install();
  await take(page, SAMPLE);
  await hurry(page, failed(page));
  assert.match(await problem(page), /The connection broke/);
  await page.unroute('**/convert/v2/**');
  await page.getByRole('button', { name: /^Try again/ }).click();
  await hurry(page, files(page).and(page.locator('[data-state=ready]')));
});

for (const [what, rule, words] of [
  ['a connection that breaks each time', { kind: 'upload', cut: 'before', times: 1000 }, /The connection broke/],
  ['429 without an end', { kind: 'upload', status: 429, headers: { 'Retry-After': '30' }, times: 1000 }, /The service is busy/],
  ['503 without an end', { kind: 'create', status: 503, body: '<h1>down</h1>', times: 1000 }, /The service has a problem/],
]) {
  test(what, async (t) => {
    await misbehave(t, rule);
    const page = await open(t, browser, url);
    await pick(page, SAMPLE);
    await page.clock.install();
    await convertTo(page, 'jpg');
    await hurry(page, state(page).getByText(/attempt [2-9]/));
    await hurry(page, failed(page));
    assert.match(await problem(page), words);
    assert.deepEqual(await jobs(), []);
  });
}

test('a page that is offline says so, and goes on when it is not', async (t) => {
  await misbehave(t, { kind: 'run', delay_ms: 3000 });
  const page = await open(t, browser, url);
  await pick(page, SAMPLE);
  await convertTo(page, 'jpg');
  await state(page).getByText('Converting').waitFor();
  await page.context().setOffline(true);
  await state(page).getByText('You are offline. It goes on when you are online again.').waitFor();
  await page.context().setOffline(false);
  await state(page).getByText('offline').waitFor({ state: 'hidden' });
  await result(page);
});

test('a page that is offline for long does not give up', async (t) => {
  const page = await open(t, browser, url);
  await page.evaluate(() => (document.querySelector('cloudconvert-upload').options = { deadline: 60_000 }));
  await pick(page, SAMPLE);
  let broken = 0;
  page.on('requestfailed', () => (broken += 1));
  await page.context().setOffline(true);
  await page.clock.install();
  await convertTo(page, 'jpg');
  // It tries once in half a minute, and may fail eight times.
  while (broken < 20) {
    t.signal.throwIfAborted();
    await page.clock.runFor(5000);
  }
  assert.equal(await state(page).innerText(), 'You are offline. It goes on when you are online again.');
  await page.clock.resume();
  await page.context().setOffline(false);
  await result(page);
});

test('a connection that breaks once is no problem', async (t) => {
  await misbehave(t, { kind: 'upload', cut_upload_after: 1000 }, { kind: 'download', cut_download_after: 1000 });
  const page = await open(t, browser, url);
  await pick(page, SAMPLE);
  await convertTo(page, 'jpg');
  await (await result(page)).locator('canvas').waitFor();
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

test('an upload address that is not of the service', async (t) => {
  const page = await open(t, browser, url, { mayBeBlocked: true });
  await pick(page, SAMPLE);
  await page.route('**/convert/v2/jobs', async (route) => {
    const answer = await route.fetch();
    const { data: { id } } = await answer.json();
    // Nobody else deletes what nobody understood.
    await fetch(`${url}/convert/v2/jobs/${id}`, { method: 'DELETE' });
    const text = (await answer.text()).replaceAll(/http:\/\/127\.0\.0\.1:\d+(\/v2\/upload)/g, 'http://example.invalid$1');
    await route.fulfill({ response: answer, body: text });
  });
  await page.clock.install();
  await convertTo(page, 'jpg');
  // The page's own policy blocks it, whatever the address says.
  await hurry(page, failed(page));
});
