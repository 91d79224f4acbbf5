// Everybody can use the page: by axe-core's rules, in light and dark, on a screen and on a phone, in every script.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import axe from 'axe-core';

import { browse, convertTo, files, input, open, pick, problem, result, SAMPLE, serve, state } from './support/demo.mjs';
import { misbehave } from './support/sandbox.mjs';

const [browser, url] = await Promise.all([browse(), serve()]);

/** Nothing that axe-core knows of stands in anybody's way. */
async function check(page, what) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => html + failureSummary).join(' ')}`);
  assert.deepEqual(found, [], what);
}

/** Nothing reaches over the edge of the screen. */
async function assertFits(page, what) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${what} is ${over} pixels too wide`);
}

const SCREENS = {
  'a light screen': { viewport: { width: 1000, height: 800 }, colorScheme: 'light' },
  'a dark phone': { viewport: { width: 320, height: 640 }, colorScheme: 'dark', hasTouch: true, isMobile: true },
  'forced colours, from right to left': { viewport: { width: 700, height: 800 }, forcedColors: 'active', rtl: true },
};

for (const [name, { rtl, ...screen }] of Object.entries(SCREENS)) {
  test(name, async (t) => {
    const page = await open(t, browser, url, { ...screen, reducedMotion: 'reduce' });
    if (rtl) await page.evaluate(() => (document.documentElement.dir = 'rtl'));
    const looksRight = async (what) => {
      await check(page, what);
      await assertFits(page, what);
      const pictures = process.env.PICTURES;
      if (pictures) await page.screenshot({ path: `${pictures}/${name} ${what}.png`, fullPage: true });
    };
    await looksRight('the start');
    const long = `${'A very long name '.repeat(10)}.png`;
    await pick(page, { name: long, mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await looksRight('the choice');
    await convertTo(page, 'jpg');
    await problem(page);
    await looksRight('a problem');
    await misbehave(t, { kind: 'run', delay_ms: 60_000 });
    await pick(page, SAMPLE);
    await convertTo(page, 'jpg');
    await state(page).getByText('Converting').waitFor();
    await looksRight('the work');
    await page.getByRole('button', { name: /^Cancel/ }).click();
    await state(page).getByText('Cancelled').waitFor();
    await looksRight('cancelled');
    await files(page).last().getByRole('button', { name: /^Try again/ }).click();
    await result(page);
    await looksRight('a picture');
    await pick(page, input('input.pdf'));
    await convertTo(page, 'jpg');
    await (await result(page)).nth(11).waitFor();
    await looksRight('many pictures');
  });
}

test('a phone is asked for what it can do', async (t) => {
  const words = async (page) => (await page.locator('cloudconvert-upload [part=drop]').innerText()).split(/\s*\n\s*/);
  const screen = await open(t, browser, url);
  assert.deepEqual(await words(screen), ['Choose files', 'or drop or paste here']);
  const phone = await open(t, browser, url, { hasTouch: true, isMobile: true, viewport: { width: 360, height: 640 } });
  assert.deepEqual(await words(phone), ['Choose files', 'Take a picture']);
});
