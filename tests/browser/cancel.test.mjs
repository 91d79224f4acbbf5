// The cancel button works at every step, and nothing is left on the service.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { browse, convertTo, open, pick, result, SAMPLE, serve } from './support/demo.mjs';
import { admin, forget, misbehave, processes, requests } from './support/sandbox.mjs';

const [browser, url] = await Promise.all([browse(), serve()]);

/** What holds the service at a step. */
const HELD = {
  'Prepare, before there is a process': [{ kind: 'create', delay_ms: 60_000 }],
  Prepare: [{ kind: 'start', delay_ms: 60_000 }],
  Upload: [{ kind: 'upload', delay_ms: 60_000 }],
  'Read, of which nothing is known yet': [{ kind: 'status', delay_ms: 60_000 }],
  Wait: [{ kind: 'run', delay_ms: 60_000 }],
  Download: [{ kind: 'download', delay_ms: 60_000 }],
};

for (const [name, rules] of Object.entries(HELD)) {
  test(name, { timeout: 60_000 }, async (t) => {
    await misbehave(t, ...rules);
    const page = await open(t, browser, url);
    await pick(page, SAMPLE);
    await convertTo(page, 'jpg');
    await page.locator('#steps [aria-current]', { hasText: name.split(',')[0] }).waitFor();
    await untilHeld(t, rules[0].kind);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled.').waitFor();
    assert.deepEqual(await processes(), []);
    assert.ok(await page.getByRole('button', { name: 'Convert', exact: true }).isEnabled(), 'it can be tried once more');
  });
}

/** Waits until the service holds the request, so that the cancel comes while it is out. */
async function untilHeld(t, kind) {
  for (;;) {
    t.signal.throwIfAborted();
    const rules = await admin('faults');
    if (rules.every((rule) => rule.kind !== kind || rule.times === 0)) return;
  }
}

test('half-way through an upload', async (t) => {
  const page = await open(t, browser, url);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 256 << 10 });
  await pick(page, { name: 'large.png', mimeType: 'image/png', buffer: Buffer.alloc(8 << 20) });
  await convertTo(page, 'jpg');
  await page.waitForFunction(() => document.querySelector('[data-step=upload][aria-current]') && document.getElementById('bar').value > 2);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Cancelled.').waitFor();
  assert.deepEqual(await processes(), []);
});

test('and then another time to the end', async (t) => {
  await misbehave(t, { kind: 'run', delay_ms: 60_000 });
  const page = await open(t, browser, url);
  await pick(page, SAMPLE);
  await convertTo(page, 'jpg');
  await page.locator('#steps [aria-current]', { hasText: 'Wait' }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Cancelled.').waitFor();
  await convertTo(page, 'gif');
  assert.equal(await (await result(page)).count(), 1);
});

test('Escape cancels, and then chooses another file', async (t) => {
  await misbehave(t, { kind: 'run', delay_ms: 60_000 });
  const page = await open(t, browser, url);
  await pick(page, SAMPLE);
  await convertTo(page, 'jpg');
  await page.locator('#steps [aria-current]', { hasText: 'Wait' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Cancelled.').waitFor();
  assert.deepEqual(await processes(), []);
  await page.keyboard.press('Escape');
  assert.ok(await page.locator('#choose').isVisible());
});

test('a page that is closed while its backend prepares leaves nothing', { timeout: 60_000 }, async (t) => {
  await misbehave(t, { kind: 'start', delay_ms: 60_000 });
  const opener = await open(t, browser, url);
  const page = await opener.context().newPage();
  await page.goto(url);
  await pick(page, SAMPLE);
  await forget();
  await convertTo(page, 'jpg');
  await untilHeld(t, 'start');
  await page.close();
  while (!(await requests()).some(({ kind }) => kind === 'delete')) t.signal.throwIfAborted();
});

after(async () => assert.deepEqual(await processes(), []));
