// The demo's page, as `cargo xtask demo` serves it, in Chromium.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

import { address, key } from './sandbox.mjs';

const npm = new URL('../../../npm/', import.meta.url);
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** The picture that the demo ships. */
export const SAMPLE = fileURLToPath(new URL('examples/demo/sample.png', npm));
/** Real files of several formats. */
export const input = (name) => fileURLToPath(new URL(`../../legacy/inputs/${name}`, import.meta.url));

/** Starts the demo's server; gives its address. It stops with the tests of the file. */
export async function serve(baseUrl = `${address}/v2`) {
  const program = fileURLToPath(new URL('examples/demo/server.mjs', npm));
  const server = spawn(process.execPath, [program], {
    env: { ...process.env, CLOUDCONVERT_BASE_URL: baseUrl, CLOUDCONVERT_API_KEY: key, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  after(() => server.kill());
  const [line] = await once(createInterface(server.stdout), 'line');
  return line.replace('listening on ', '');
}

/** Starts Chromium. It stops with the tests of the file. */
export async function browse() {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
  after(() => browser.close());
  return browser;
}

/**
 * Opens the demo's page. Whatever a test does there, nothing may go wrong in its scripts, and the key must never come
 * near it. Where a test wants it, its policy may block something.
 */
export async function open(t, browser, url, { mayBeBlocked = false, ...options } = {}) {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('dialog', (dialog) => problems.push(`a dialog: ${dialog.message()}`));
  page.on('console', (message) => {
    const text = message.text();
    if (!mayBeBlocked && /Content.Security|Refused/i.test(text)) problems.push(text);
    if (text.includes(key)) problems.push('the key is in the console');
  });
  page.on('request', async (request) => {
    const seen = `${request.url()}${JSON.stringify(await request.allHeaders().catch(() => ''))}${request.postDataBuffer() ?? ''}`;
    if (seen.includes(key)) problems.push(`the key is in ${request.url()}`);
  });
  page.on('response', async (response) => {
    if (!response.url().startsWith(url)) return;
    if ((await response.text().catch(() => '')).includes(key)) problems.push(`the key is in the answer to ${response.url()}`);
  });
  t.after(async () => {
    const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, document.documentElement.outerHTML]));
    await context.close();
    assert.ok(!stored.includes(key), 'the key is kept in the page');
    assert.deepEqual(problems, []);
  });
  await page.goto(url);
  return page;
}

/** The files on the page. */
export const files = (page) => page.locator('cloudconvert-upload [part=file]');

/** How the file that was chosen last is doing, in the element's words. */
export const state = (page) => files(page).last().locator('[part=about] [part=state]');

/** Picks files as a person does. Gives the formats that the page offers for the last one. */
export async function pick(page, ...picked) {
  await page.locator('cloudconvert-upload input[type=file]').setInputFiles(picked);
  return offered(page);
}

/** The formats that the page offers for the file that was chosen last. */
export async function offered(page) {
  await files(page).and(page.locator('[data-state=ready]')).last().waitFor();
  return files(page).last().locator('option').allTextContents();
}

export async function convertTo(page, format) {
  await files(page).last().getByRole('combobox').selectOption(format);
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
}

/** Waits for what the last file became. A problem ends the wait with its words. */
export async function result(page) {
  const last = files(page).last();
  await last.and(page.locator('[data-state=done], [data-state=failed]')).waitFor();
  if ((await last.getAttribute('data-state')) === 'failed') throw new Error(await last.innerText());
  return last.locator('[part=result]');
}

/** Waits for a problem with the last file; gives its words. */
export async function problem(page) {
  await files(page).last().and(page.locator('[data-state=failed]')).waitFor();
  return state(page).innerText();
}

/** Opens a file of the result in a tab of its own. */
export async function show(page, item) {
  const [tab] = await Promise.all([page.context().waitForEvent('page'), item.getByRole('link', { name: /^Open/ }).click()]);
  await tab.waitForLoadState();
  return tab;
}

/** Saves a file of the result; gives its name and its bytes. */
export async function save(page, item) {
  const [download] = await Promise.all([page.waitForEvent('download'), item.getByRole('link', { name: /^Save/ }).click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return { name: download.suggestedFilename(), bytes: Buffer.concat(chunks) };
}
