// Uppy's Dashboard, as its users have it, uploads and converts through the kit.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { browse, SAMPLE } from './support/demo.mjs';
import { denied } from './support/denied.mjs';
import { dropped, handles, locked } from './support/drops.mjs';
import { created, HELD, held } from './support/held.mjs';
import { blocks } from './support/readme.mjs';
import { forget, jobs, key, misbehave } from './support/sandbox.mjs';
import { site } from './support/site.mjs';
import { UPPY, UPPY_IMPORTS } from './support/uppy.mjs';

const [example] = blocks('A plugin for Uppy', 'js');

/** The script of the README; what Uppy tells is in `told`. */
const SCRIPT = `${example}
globalThis.uppy = uppy;
uppy.setOptions({ onBeforeFileAdded: ({ name }) => name !== sessionStorage.getItem('refused') });
globalThis.told = [];
globalThis.stages = new Set();
for (const name of ['upload-start', 'upload-success', 'upload-error', 'complete']) uppy.on(name, () => globalThis.told.push(name));
uppy.on('cloudconvert-progress', (file, { stage }) => globalThis.stages.add(stage));
`;

/** A client of the page's own, which keeps what it converts besides. */
const OWN = `
import { CloudConvert } from '/kit/browser/index.js';
import { resumable } from '/kit/browser/resume.js';
const client = resumable(new CloudConvert({ baseUrl: new URL('/convert/v2', location).href }));
globalThis.client = client;
`;

const [browser, url] = await Promise.all([browse(), serve()]);
afterEach(async () => assert.deepEqual(await jobs(), [], 'nothing is left on the service'));

/** A site with that page, the package as it is, and a relay. */
async function serve() {
  const style = ['core', 'dashboard'].map((name) => readFileSync(fileURLToPath(import.meta.resolve(`@uppy/${name}/css/style.min.css`)), 'utf8')).join('');
  const page = (script) => `<!doctype html><meta charset="utf-8"><title>Uppy</title><style>${style}</style>${UPPY_IMPORTS}<main></main><script type="module">${script}</script>`;
  // The same, with a limit that lets one file wait for the other.
  const given = (options, before = '') => {
    assert.ok(SCRIPT.includes("to: 'jpg' }"));
    return page(before + SCRIPT.replace("to: 'jpg' }", `to: 'jpg', ${options} }`));
  };
  const files = {
    '/': page(SCRIPT),
    '/patient': given('options: { deadline: 60_000 }'),
    '/resuming': given('resume: true, limit: 1'),
    '/own': given('client, resume: true', OWN),
    '/small': given('client, resume: true', OWN.replace('href }));', 'href }), { copyUpTo: 5 });')),
    '/sample.png': readFileSync(SAMPLE),
    ...UPPY,
  };
  return site({ files, allow: { to: ['jpg'] } });
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

for (const limit of [0, Infinity]) {
  test(`with a limit of ${limit} all are converted at once`, async (t) => {
    const page = await open(t, picture('one.png'), picture('two.png'));
    await page.evaluate((limit) => globalThis.uppy.getPlugin('CloudConvertUploader').setOptions({ limit }), limit);
    await begin(page);
    await page.getByText('Complete', { exact: true }).waitFor();
    assert.deepEqual((await told(page)).sort(), ['complete', 'upload-start', 'upload-success', 'upload-success']);
  });
}

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

test('where the browser keeps nothing, it converts all the same', { timeout: 120_000 }, async (t) => {
  const page = await opened(t, '/resuming', []);
  await page.addInitScript(denied);
  await page.reload();
  await page.locator('.uppy-Dashboard-input').first().setInputFiles([picture('one.png')]);
  await begin(page);
  await page.getByText('Complete', { exact: true }).waitFor();
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

/** Lets the page convert besides, with a note of its own or without one; waits until the service holds that. */
async function besides(t, page, options) {
  await misbehave(t, HELD.convert);
  await page.evaluate(async (options) => {
    const blob = await (await fetch('/sample.png')).blob();
    globalThis.client.convert(new File([blob], 'other.png', { type: 'image/png' }), { to: 'jpg', ...options }).catch(() => undefined);
  }, options);
  await held(t);
}

for (const [what, options] of Object.entries({ 'without a note': {}, 'with a note of its own': { note: { album: 7 } } })) {
  test(`what a page keeps besides, ${what}, is none of Uppy's`, { timeout: 120_000 }, async (t) => {
    const page = await opened(t, '/own', []);
    await besides(t, page, options);
    await page.reload();
    await page.waitForFunction(() => globalThis.uppy);
    await page.locator('.uppy-Dashboard-input').first().setInputFiles([picture('one.png')]);
    await begin(page);
    await page.getByText('Complete', { exact: true }).waitFor();
    assert.deepEqual((await list(page)).map(({ name }) => name), ['one.png']);
    const text = await page.evaluate(async () => {
      const [left, ...others] = await globalThis.client.unfinished();
      const { files } = await left.resume();
      return [files[0].name, others.length];
    });
    assert.deepEqual(text, ['other.jpg', 0], 'the page itself goes on with it');
  });
}

test('a file that was too large to be kept goes on when it is added again', { timeout: 120_000 }, async (t) => {
  await forget();
  await misbehave(t, HELD.upload);
  const page = await opened(t, '/small', []);
  const add = () => page.evaluate(async () => {
    const blob = await (await fetch('/sample.png')).blob();
    globalThis.uppy.addFile({ name: 'one.png', type: 'image/png', data: new File([blob], 'one.png', { type: 'image/png', lastModified: 1_700_000_000_000 }) });
    globalThis.uppy.upload();
  });
  await add();
  await held(t);
  await page.reload();
  await page.waitForFunction(() => globalThis.uppy);
  assert.deepEqual(await list(page), [], 'what is missing cannot be shown');
  await add();
  await page.getByText('Complete', { exact: true }).waitFor();
  assert.deepEqual((await list(page)).map(({ size }) => size), [readFileSync(SAMPLE).length]);
  assert.equal(await created(), 1, 'it is paid once');
});

for (const [how, isLocked] of [['by itself', false], ['when its upload is begun once more', true]]) {
  test(`a file that was too large to be copied goes on ${how}, if it was dropped`, { timeout: 120_000 }, async (t) => {
    await forget();
    await misbehave(t, HELD.upload);
    const page = await opened(t, '/small', []);
    await page.evaluate(handles);
    await page.waitForFunction(() => globalThis.uppy);
    const file = await dropped(page, 'one.png', readFileSync(SAMPLE));
    await page.evaluate((file) => {
      globalThis.uppy.addFile({ name: file.name, type: 'image/png', data: file });
      globalThis.uppy.upload();
    }, file);
    await held(t);
    if (isLocked) await page.addInitScript(locked);
    await page.reload();
    await page.waitForFunction(() => globalThis.uppy?.getFiles().length === 1);
    if (isLocked) await begin(page);
    await page.getByText('Complete', { exact: true }).waitFor();
    assert.deepEqual((await list(page)).map(({ size }) => size), [readFileSync(SAMPLE).length]);
    assert.equal(await created(), 1, 'it is paid once');
  });
}

test('one that the list does not take does not stand in the way of the others', { timeout: 120_000 }, async (t) => {
  await forget();
  await misbehave(t, HELD.convert);
  const page = await opened(t, '/resuming', [picture('one.png'), picture('two.png')]);
  await begin(page);
  await held(t);
  await page.evaluate(() => sessionStorage.setItem('refused', 'one.png'));
  await page.reload();
  await page.waitForFunction(() => globalThis.uppy?.getFiles().length === 1);
  await page.getByText('Complete', { exact: true }).waitFor();
  assert.deepEqual((await list(page)).map(({ name }) => name), ['two.png']);
  for (const { links } of await jobs()) await fetch(links.self, { method: 'DELETE', headers: { Authorization: `Bearer ${key}` } });
});

test('without a network it waits', { timeout: 120_000 }, async (t) => {
  const page = await opened(t, '/patient', [picture('one.png')]);
  await begin(page);
  // With this everything is loaded.
  await page.getByText('Complete', { exact: true }).waitFor();
  let broken = 0;
  page.on('requestfailed', () => (broken += 1));
  await page.context().setOffline(true);
  await page.clock.install();
  await page.evaluate(() => {
    const [{ data }] = globalThis.uppy.getFiles();
    globalThis.uppy.addFile({ name: 'two.png', type: 'image/png', data: new File([data], 'two.png', { type: 'image/png' }) });
    void globalThis.uppy.upload();
  });
  // It tries once in half a minute, and may fail eight times.
  while (broken < 20) {
    t.signal.throwIfAborted();
    await page.clock.runFor(5000);
  }
  await page.clock.resume();
  await page.context().setOffline(false);
  await page.waitForFunction(() => globalThis.uppy.getFiles().every(({ response }) => response));
  assert.ok(!(await told(page)).includes('upload-error'));
});
