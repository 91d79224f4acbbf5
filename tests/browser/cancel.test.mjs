// The cancel button works at every step, and nothing is left on the service.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { browse, convertTo, files, open, pick, result, SAMPLE, serve, state } from './support/demo.mjs';
import { admin, jobs, misbehave } from './support/sandbox.mjs';

const [browser, url] = await Promise.all([browse(), serve()]);
after(async () => assert.deepEqual(await jobs(), [], 'nothing is left on the service'));

/** What holds the service at a step. */
const HELD = {
  Preparing: { kind: 'create', delay_ms: 60_000 },
  Uploading: { kind: 'upload', delay_ms: 60_000 },
  'Converting, of which nothing is known yet': { kind: 'status', delay_ms: 60_000 },
  Converting: { kind: 'run', delay_ms: 60_000 },
  Downloading: { kind: 'download', delay_ms: 60_000 },
};

for (const [name, rule] of Object.entries(HELD)) {
  test(name, { timeout: 60_000 }, async (t) => {
    await misbehave(t, rule);
    const page = await open(t, browser, url);
    await pick(page, SAMPLE);
    await convertTo(page, 'jpg');
    await state(page).getByText(name.split(',')[0]).waitFor();
    await untilHeld(t, rule.kind);
    await page.getByRole('button', { name: /^Cancel/ }).click();
    await state(page).getByText('Cancelled').waitFor();
    assert.deepEqual(await jobs(), []);
    assert.ok(await files(page).getByRole('button', { name: /^Try again/ }).isEnabled(), 'it can be tried once more');
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
  await state(page).getByText(/^Uploading .* of 8\.4 MB · /).waitFor();
  await page.getByRole('button', { name: /^Cancel/ }).click();
  await state(page).getByText('Cancelled').waitFor();
  assert.deepEqual(await jobs(), []);
});

/** A page whose conversion is held. */
async function held(t) {
  await misbehave(t, { kind: 'run', delay_ms: 60_000 });
  const page = await open(t, browser, url);
  await pick(page, SAMPLE);
  await convertTo(page, 'jpg');
  await state(page).getByText('Converting').waitFor();
  await untilHeld(t, 'run');
  return page;
}

test('and then another time to the end, as something else', async (t) => {
  const page = await held(t);
  await page.getByRole('button', { name: /^Cancel/ }).click();
  await state(page).getByText('Cancelled').waitFor();
  await files(page).getByRole('combobox').selectOption('gif');
  await files(page).getByRole('button', { name: /^Try again/ }).click();
  assert.deepEqual(await (await result(page)).locator('[part=name]').allInnerTexts(), ['sample.gif']);
});

test('Escape cancels, and then chooses another file', async (t) => {
  const page = await held(t);
  await page.keyboard.press('Escape');
  await state(page).getByText('Cancelled').waitFor();
  assert.deepEqual(await jobs(), []);
  await page.keyboard.press('Escape');
  assert.equal(await files(page).count(), 0);
});

test('an element that leaves the page cancels; one that is only moved does not', async (t) => {
  const page = await held(t);
  await page.evaluate(() => document.body.append(document.querySelector('cloudconvert-upload')));
  assert.equal((await jobs()).length, 1);
  assert.equal(await files(page).and(page.locator('[data-state=working]')).count(), 1);
  await page.evaluate(() => document.querySelector('cloudconvert-upload').remove());
  while ((await jobs()).length > 0) t.signal.throwIfAborted();
});
