// Everybody can use the page: by axe-core's rules, in light and dark, on a screen and on a phone.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import axe from 'axe-core';

import { browse, convertTo, input, open, pick, problem, result, SAMPLE, serve } from './support/demo.mjs';
import { misbehave } from './support/sandbox.mjs';

const [browser, url] = await Promise.all([browse(), serve()]);

/** Nothing that axe-core knows of stands in anybody's way. */
async function check(page, state) {
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finish())).catch(() => {}));
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  assert.deepEqual(found, [], state);
}

/** Nothing reaches over the edge of the screen. */
async function assertFits(page, state) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${state} is ${over} pixels too wide`);
}

const SCREENS = {
  'a light screen': { viewport: { width: 1000, height: 800 }, colorScheme: 'light' },
  'a dark phone': { viewport: { width: 320, height: 640 }, colorScheme: 'dark' },
};

for (const [name, screen] of Object.entries(SCREENS)) {
  test(name, async (t) => {
    const page = await open(t, browser, url, { ...screen, reducedMotion: 'reduce' });
    const state = async (what) => {
      await check(page, what);
      await assertFits(page, what);
    };
    await state('the start');
    const long = `${'A very long name '.repeat(10)}.png`;
    await pick(page, { name: long, mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await state('the choice');
    await convertTo(page, 'jpg');
    await problem(page);
    await state('a problem');
    await misbehave(t, { kind: 'run', delay_ms: 60_000 });
    await pick(page, SAMPLE);
    await convertTo(page, 'jpg');
    await page.locator('#steps [aria-current]', { hasText: 'Wait' }).waitFor();
    await state('the work');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled.').waitFor();
    await state('cancelled');
    await convertTo(page, 'jpg');
    await result(page);
    await state('a picture');
    await pick(page, input('input.pdf'));
    await convertTo(page, 'jpg');
    await page.locator('#files li:nth-child(12)').waitFor();
    await state('many pictures');
    await pick(page, { name: 'note.md', mimeType: '', buffer: Buffer.from('# Title') });
    await convertTo(page, 'html');
    await page.locator('#files iframe').waitFor();
    await state('a text');
  });
}

test('a phone is asked for what it can do', async (t) => {
  const words = (page) => page.locator('#drop').innerText();
  const screen = await open(t, browser, url);
  assert.match(await words(screen), /Drop a file here\s+or choose one/);
  const phone = await open(t, browser, url, { hasTouch: true, isMobile: true, viewport: { width: 360, height: 640 } });
  assert.match(await words(phone), /^\s*Choose a file\s+or take a picture\s*$/);
});
