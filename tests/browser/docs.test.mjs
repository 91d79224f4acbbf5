// The documentation site, as `cargo xtask docs` makes it: everybody can read it, and its demo converts.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';

import axe from 'axe-core';

import { browse, files, SAMPLE } from './support/demo.mjs';
import { address, jobs, key } from './support/sandbox.mjs';

const folder = process.env.CLOUDCONVERT_SITE;
if (!folder) throw new Error('CLOUDCONVERT_SITE has to be set; run cargo xtask test browser');
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' };

/** A server of files, which any is. */
const server = http.createServer((request, response) => {
  response.setHeader('Content-Type', TYPES[extname(request.url)] ?? 'text/plain');
  response.end(readFileSync(join(folder, new URL(request.url, 'http://localhost').pathname)));
});
before(() => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)));
after(() => server.close());
const browser = await browse();

async function open(t, name, options) {
  const page = await browser.newPage(options);
  t.after(() => page.close());
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  t.after(() => assert.deepEqual(problems, []));
  await page.goto(`http://127.0.0.1:${server.address().port}/${name}`);
  return page;
}

test('everybody can read the pages', async (t) => {
  for (const [name, colorScheme] of readdirSync(folder).filter((name) => name.endsWith('.html')).map((name, at) => [name, at % 2 ? 'dark' : 'light'])) {
    const page = await open(t, name, { colorScheme, viewport: { width: colorScheme === 'dark' ? 360 : 1200, height: 800 } });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], name);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(over <= 0, `${name} is ${over} pixels too wide`);
  }
});

test('the demo converts by the service that is typed in', async (t) => {
  const page = await open(t, 'demo.html');
  assert.ok(await page.locator('cloudconvert-upload').isHidden());
  await page.getByLabel('Base URL').fill(`${address}/v2`);
  await page.getByLabel('Key').fill(key);
  await page.getByLabel('Key').blur();
  await page.locator('cloudconvert-upload input[type=file]').setInputFiles(SAMPLE);
  await files(page).and(page.locator('[data-state=ready]')).waitFor();
  await files(page).getByRole('combobox').selectOption('jpg');
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
  await files(page).and(page.locator('[data-state=done]')).waitFor();
  assert.deepEqual(await jobs(), []);
});
