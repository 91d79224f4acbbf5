// Uppy's Dashboard, as its users have it, uploads and converts through the kit.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { browse, SAMPLE } from './support/demo.mjs';
import { created, HELD, held } from './support/held.mjs';
import { forget, jobs, misbehave } from './support/sandbox.mjs';
import { site } from './support/site.mjs';
import { UPPY, UPPY_IMPORTS } from './support/uppy.mjs';

const readme = readFileSync(new URL('../../npm/README.md', import.meta.url), 'utf8');
const [, example] = /^## A plugin for Uppy\n.*?^```js\n(.*?)^```/ms.exec(readme);

/** The script of the README; what Uppy tells is in `told`. */
const SCRIPT = `${example}
globalThis.uppy = uppy;
globalThis.told = [];
globalThis.stages = new Set();
for (const name of ['upload-start', 'upload-success', 'upload-error', 'complete']) uppy.on(name, () => globalThis.told.push(name));
uppy.on('cloudconvert-progress', (file, { stage }) => globalThis.stages.add(stage));
`;

const [browser, url] = await Promise.all([browse(), serve()]);
afterEach(async () => assert.deepEqual(await jobs(), [], 'nothing is left on the service'));

/** A site with that page, the package as it is, and a relay. */
async function serve() {
  const style = ['core', 'dashboard'].map((name) => readFileSync(fileURLToPath(import.meta.resolve(`@uppy/${name}/css/style.min.css`)), 'utf8')).join('');
  const page = (script) => `<!doctype html><meta charset="utf-8"><title>Uppy</title><style>${style}</style>${UPPY_IMPORTS}<main></main><script type="module">${script}</script>`;
  // The same, with a limit that lets one file wait for the other.
  const resuming = SCRIPT.replace("to: 'jpg' }", "to: 'jpg', resume: true, limit: 1 }");
  assert.notEqual(resuming, SCRIPT);
  return site({ files: { '/': page(SCRIPT), '/resuming': page(resuming), ...UPPY }, allow: { to: ['jpg'] } });
}

async function open(t, ...files) {
  return opened(t, '/', files);
}

async function opened(t, path, files) {
  const page = await browser.newPage();
  t.after(() => page.close());
  const mistakes = [];
  page.on('pageerror', (error) => mistakes.push(String(error)));
  t.after(() => assert.deepEqual(mistakes, []));
  await page.goto(url + path);
  await page.locator('.uppy-Dashboard-input').first().setInputFiles(files);
  return page;
}

const begin = (page) => page.getByRole('button', { name: /^Upload \d+ file/ }).click();
const told = (page) => page.evaluate(() => globalThis.told);
const picture = (name) => ({ name, mimeType: 'image/png', buffer: readFileSync(SAMPLE) });

test('it converts what the Dashboard takes', async (t) => {
  const page = await open(t, picture('one.png'), picture('two.png'), picture('three.png'), picture('four.png'));
  await begin(page);
  await page.getByText('Complete', { exact: true }).waitFor();
  assert.deepEqual((await told(page)).sort(), ['complete', 'upload-start', ...Array(4).fill('upload-success')]);
  const results = await page.evaluate(() =>
    Promise.all(globalThis.uppy.getFiles().map(async ({ response, progress }) => {
      const [file] = response.body.files;
      return [file.name, [...new Uint8Array(await file.slice(0, 3).arrayBuffer())], progress.percentage];
    })),
  );
  assert.deepEqual(results, ['one', 'two', 'three', 'four'].map((name) => [`${name}.jpg`, [0xff, 0xd8, 0xff], 100]));
  const stages = await page.evaluate(() => [...globalThis.stages]);
  for (const stage of ['upload', 'convert', 'download']) assert.ok(stages.includes(stage), `${stage} in ${stages}`);
});

test('what fails is said, and can be tried again', async (t) => {
  await misbehave(t, { kind: 'run', status: 422 });
  const page = await open(t, picture('one.png'));
  await begin(page);
  await page.getByText('Upload failed').first().waitFor();
  assert.deepEqual(await told(page), ['upload-start', 'upload-error', 'complete']);
  const { error } = await page.evaluate(() => globalThis.uppy.getFiles()[0]);
  assert.ok(error.length > 0);
  await page.locator('.uppy-StatusBar-actionBtn--retry').click();
  await page.getByText('Complete', { exact: true }).waitFor();
  assert.deepEqual((await told(page)).slice(3), ['upload-start', 'upload-success', 'complete']);
});

test('a connection that breaks is the kit\'s to mend', async (t) => {
  await misbehave(t, { kind: 'upload', cut_upload_after: 1000 }, { kind: 'status', status: 503 }, { kind: 'download', cut_download_after: 1000 });
  const page = await open(t, picture('one.png'));
  await begin(page);
  await page.getByText('Complete', { exact: true }).waitFor();
  assert.deepEqual(await told(page), ['upload-start', 'upload-success', 'complete']);
});

for (const [what, cancel] of Object.entries({
  'a file that is removed': () => globalThis.uppy.removeFile(globalThis.uppy.getFiles()[0].id),
  'a cancel of all': () => globalThis.uppy.cancelAll(),
})) {
  test(`${what} cancels its conversion, and nothing stays on the service`, async (t) => {
    await misbehave(t, { kind: 'run', delay_ms: 60_000 });
    const page = await open(t, picture('one.png'));
    await begin(page);
    await page.waitForFunction(() => globalThis.stages.has('convert'));
    assert.equal((await jobs()).length, 1);
    await page.evaluate(cancel);
    while ((await jobs()).length > 0) t.signal.throwIfAborted();
    assert.deepEqual((await told(page)).filter((name) => name.startsWith('upload-') && name !== 'upload-start'), []);
  });
}

/** How many conversions the page keeps. */
const kept = (page) => page.evaluate(async () => {
  const [{ name }] = await indexedDB.databases();
  const database = await new Promise((resolve) => (indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result)));
  const count = await new Promise((resolve) => (database.transaction('entries').objectStore('entries').count().onsuccess = ({ target }) => resolve(target.result)));
  database.close();
  return count;
});
const list = (page) => page.evaluate(() => globalThis.uppy.getFiles().map(({ name, type, size }) => ({ name, type, size })));

test('after a reload, what ran and what waited comes into the list again, and goes on', { timeout: 120_000 }, async (t) => {
  await forget();
  await misbehave(t, HELD.convert);
  const page = await opened(t, '/resuming', [picture('one.png'), picture('two.png')]);
  await begin(page);
  await held(t);
  const before = await list(page);
  await page.reload();
  await page.getByText('Complete', { exact: true }).waitFor();
  assert.deepEqual(await list(page), before);
  const results = await page.evaluate(() => globalThis.uppy.getFiles().map(({ response }) => response.body.files[0].name));
  assert.deepEqual(results, ['one.jpg', 'two.jpg']);
  assert.equal(await created(), 2, 'each is paid once');
  await page.reload();
  await page.waitForFunction(() => globalThis.uppy);
  assert.deepEqual(await list(page), [], 'nothing is left');
});

test('what is removed after a reload is deleted on the service, and does not come again', { timeout: 120_000 }, async (t) => {
  await misbehave(t, { ...HELD.convert, times: 2 });
  const page = await opened(t, '/resuming', [picture('one.png')]);
  await begin(page);
  await held(t, 1);
  await page.reload();
  await held(t);
  await page.evaluate(() => globalThis.uppy.removeFile(globalThis.uppy.getFiles()[0].id));
  while ((await jobs()).length > 0) t.signal.throwIfAborted();
  // The page is told so, and forgets it.
  while ((await kept(page)) > 0) t.signal.throwIfAborted();
  await page.reload();
  await page.waitForFunction(() => globalThis.uppy);
  assert.deepEqual(await list(page), []);
});
