// `<cloudconvert-upload resume>` goes on after a reload or a crash of the tab, in one tab alone.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';

import { browse, files } from './support/demo.mjs';
import { denied } from './support/denied.mjs';
import { dropped, handles, locked } from './support/drops.mjs';
import { created, HELD, held } from './support/held.mjs';
import { address, admin, forget, jobs, key, misbehave, processes } from './support/sandbox.mjs';
import { CloudConvert, site } from './support/site.mjs';

const ELEMENT = '<cloudconvert-upload base-url="/convert/v2" to="html" multiple auto at-once="2" resume></cloudconvert-upload>';
const page = (body) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>
<script>globalThis.converted = []; addEventListener('fileconverted', ({ detail }) => converted.push(detail.file.name));</script>
<script type="module" src="/kit/browser/element.js"></script>${body}`;
const pages = {
  '/': page(ELEMENT),
  '/other': page(ELEMENT.replace('resume', 'id="other" resume')),
  '/plain': page(ELEMENT.replace(' resume', '')),
  '/small': page(`${ELEMENT.replace(' resume', '')}<script type="module">
import { CloudConvert } from '/kit/browser/index.js';
import { resumable } from '/kit/browser/resume.js';
const element = document.querySelector('cloudconvert-upload');
element.client = resumable(new CloudConvert({ baseUrl: new URL('/convert/v2', location).href }), { copyUpTo: 5 });
element.resume = true;
</script>`),
  '/ticket': page(`<cloudconvert-upload to="html" auto resume></cloudconvert-upload><script type="module">
document.querySelector('cloudconvert-upload').ticket = async ({ from, to }) => (await fetch(\`/prepared?from=\${from}&to=\${to}\`)).text();
</script>`),
};
const backend = new CloudConvert({ baseUrl: `${address}/v1`, apiKey: key });
const answers = {
  'GET /prepared': async ({ url }, response) => response.end((await backend.prepare(Object.fromEntries(new URL(url, address).searchParams))).ticket),
};
const [browser, url] = await Promise.all([browse(), site({ files: pages, answers, allow: { to: ['html'] } })]);

afterEach(async () => assert.deepEqual(await jobs(), [], 'nothing is left on the service'));
after(() => forget());

async function open(t, path = '/', context = undefined) {
  context ??= await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  const mistakes = [];
  page.on('pageerror', (error) => mistakes.push(String(error)));
  t.after(() => assert.deepEqual(mistakes, []));
  await page.goto(url + path);
  await page.locator('cloudconvert-upload').getByRole('button').first().waitFor();
  return { page, context };
}

const note = (name, content = `# ${name}`) => ({ name: `${name}.md`, mimeType: 'text/markdown', buffer: Buffer.from(content) });
const choose = (page, ...names) => page.locator('cloudconvert-upload input').setInputFiles(names.map((name) => note(name)));
const inState = (page, state) => files(page).and(page.locator(`[data-state=${state}]`));
/** Waits until so many files are in this state, or in this stage of their work. */
const count = (page, state, number) => page.waitForFunction(([state, number]) => document.querySelector('cloudconvert-upload').items.filter((item) => item.state === state || (item.state === 'working' && state !== 'done' && item.progress?.stage === state)).length === number, [state, number]);
/** The headings of the results, by the names of the files. */
const results = (page) => page.evaluate(async () => Promise.all(document.querySelector('cloudconvert-upload').items.map(async ({ file, result }) => [file.name, file.size, /<h1[^>]*>(.*)<\/h1>/.exec(await result.files[0].text())[1]])));

/** The tab dies; the person opens the page once more. */
async function crash(page, t, context) {
  const crashed = page.waitForEvent('crash');
  page.goto('chrome://crash').catch(() => undefined);
  await crashed;
  return (await open(t, '/', context)).page;
}
const reload = async (page) => {
  await page.reload();
  return page;
};

for (const [stage, leave] of [['upload', reload], ['convert', reload], ['convert', crash], ['download', reload]]) {
  test(`a ${leave.name} in the middle of: ${stage}`, { timeout: 120_000 }, async (t) => {
    await forget();
    await misbehave(t, { ...HELD[stage], times: 2 });
    const { page, context } = await open(t);
    await choose(page, 'one', 'two', 'three');
    await count(page, stage, 2);
    await count(page, 'waiting', 1);
    await held(t);
    // Another tab and another element have nothing to do with it.
    const others = [(await open(t, '/', context)).page, (await open(t, '/other', context)).page];
    const next = await leave(page, t, context);
    await count(next, 'done', 3);
    assert.deepEqual((await results(next)).sort(), [['one.md', 5, 'one'], ['three.md', 7, 'three'], ['two.md', 5, 'two']]);
    assert.deepEqual((await next.evaluate('converted')).sort(), ['one.md', 'three.md', 'two.md'], 'each is told once');
    assert.equal(await created(), 3, 'each is paid once');
    for (const other of others) assert.equal(await files(other).count(), 0);
    await reload(next);
    await next.locator('cloudconvert-upload').getByRole('button').first().waitFor();
    assert.deepEqual(await databases(next), []);
  });
}

/** How many conversions are kept. */
const databases = (page) => page.evaluate(async () => {
  const kept = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve) => (indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result)));
    const all = await new Promise((resolve) => (database.transaction('entries').objectStore('entries').getAll().onsuccess = ({ target }) => resolve(target.result)));
    database.close();
    kept.push(...all);
  }
  return kept;
});

test('two tabs open at the same time do not do it twice', { timeout: 120_000 }, async (t) => {
  await forget();
  await misbehave(t, { ...HELD.convert, times: 2 });
  const { page, context } = await open(t);
  await choose(page, 'one', 'two');
  await count(page, 'convert', 2);
  await held(t);
  await page.close();
  const tabs = await Promise.all([open(t, '/', context), open(t, '/', context)]);
  const told = async () => (await Promise.all(tabs.map(({ page }) => page.evaluate('converted')))).flat().sort();
  while ((await told()).length < 2) t.signal.throwIfAborted();
  for (const { page } of tabs) await page.waitForFunction(() => document.querySelector('cloudconvert-upload').items.every(({ state }) => state === 'done'));
  assert.deepEqual(await told(), ['one.md', 'two.md']);
  assert.equal(await created(), 2);
});

test('what is cancelled does not come back', { timeout: 120_000 }, async (t) => {
  await misbehave(t, { ...HELD.convert, times: 2 });
  const { page } = await open(t);
  await choose(page, 'one', 'two', 'three');
  await count(page, 'convert', 2);
  await held(t);
  await page.evaluate(() => document.querySelector('cloudconvert-upload').cancel());
  await count(page, 'cancelled', 3);
  assert.deepEqual(await databases(page), []);
});

test('a file that was too large to be kept goes on when it is chosen again', { timeout: 120_000 }, async (t) => {
  await forget();
  await misbehave(t, HELD.upload);
  const { page } = await open(t, '/small');
  const file = { name: 'long.md', mimeType: 'text/markdown', buffer: Buffer.from('# longer than five bytes') };
  const pick = () => page.evaluate(({ name, text }) => document.querySelector('cloudconvert-upload').add([new File([text], name, { lastModified: 1_700_000_000_000 })]), { name: file.name, text: String(file.buffer) });
  await pick();
  await count(page, 'upload', 1);
  await held(t);
  await reload(page);
  await inState(page, 'failed').waitFor();
  assert.match(await inState(page, 'failed').innerText(), /long\.md[^]*24 bytes[^]*Choose it again/);
  await pick();
  await count(page, 'done', 1);
  assert.deepEqual(await results(page), [['long.md', 24, 'longer than five bytes']]);
  assert.equal(await files(page).count(), 1);
  assert.equal(await created(), 1);
});

const LONG = Buffer.from('# longer than five bytes');

/** Drops a file that is too large to be copied, and leaves its page in the middle of the upload. */
async function left(t, page) {
  await forget();
  await misbehave(t, HELD.upload);
  await page.evaluate(handles);
  // What opens the database has begun to hear of drops.
  while ((await page.evaluate(async () => (await indexedDB.databases()).length)) === 0) t.signal.throwIfAborted();
  await dropped(page, 'long.md', LONG);
  await count(page, 'upload', 1);
  await held(t);
}

test('a file that was too large to be copied goes on by its handle, if it was dropped', { timeout: 120_000 }, async (t) => {
  const { page } = await open(t, '/small');
  await left(t, page);
  await reload(page);
  await count(page, 'done', 1);
  assert.deepEqual(await results(page), [['long.md', LONG.length, 'longer than five bytes']]);
  assert.equal(await created(), 1);
  assert.deepEqual(await databases(page), []);
});

for (const [how, goOn] of [
  ['tried again', (page) => files(page).getByRole('button', { name: 'Try again' }).click()],
  ['chosen again', (page) => page.evaluate(async () => {
    // What the browser does not let a handle open, a person may choose: the same file.
    const { lastModified } = document.querySelector('cloudconvert-upload').items[0].file;
    document.querySelector('cloudconvert-upload').add([new File(['# longer than five bytes'], 'long.md', { lastModified })]);
  })],
]) {
  test(`a handle that needs a permission is opened when its file is ${how}`, { timeout: 120_000 }, async (t) => {
    const { page } = await open(t, '/small');
    await left(t, page);
    await page.addInitScript(locked);
    await reload(page);
    await inState(page, 'failed').waitFor();
    assert.match(await inState(page, 'failed').innerText(), /long\.md[^]*24 bytes[^]*Choose it again/);
    await goOn(page);
    await count(page, 'done', 1);
    assert.deepEqual(await results(page), [['long.md', LONG.length, 'longer than five bytes']]);
    assert.equal(await files(page).count(), 1);
    assert.equal(await created(), 1);
  });
}

test('one that was given up begins anew when it is tried again', { timeout: 120_000 }, async (t) => {
  await forget();
  await misbehave(t, { kind: 'status', times: 1000, status: 500 });
  const { page } = await open(t);
  await page.evaluate(() => (document.querySelector('cloudconvert-upload').options = { retries: 1 }));
  await choose(page, 'one');
  await inState(page, 'failed').waitFor();
  assert.deepEqual(await databases(page), []);
  await admin('faults', { method: 'DELETE' });
  // Its status is asked before it is deleted.
  for (const { links } of await jobs()) await fetch(links.self, { method: 'DELETE', headers: { Authorization: `Bearer ${key}` } });
  await files(page).getByRole('button', { name: 'Try again' }).click();
  await count(page, 'done', 1);
  assert.equal(await created(), 2);
});

test('an output that the network stood in the way of is loaded when it is tried again', { timeout: 120_000 }, async (t) => {
  await forget();
  await misbehave(t, { kind: 'download', times: 1000, cut_download_after: 0 });
  const { page } = await open(t);
  await page.evaluate(() => (document.querySelector('cloudconvert-upload').options = { retries: 1 }));
  await choose(page, 'one');
  await inState(page, 'failed').waitFor();
  await admin('faults', { method: 'DELETE' });
  await files(page).getByRole('button', { name: 'Try again' }).click();
  await count(page, 'done', 1);
  assert.equal(await created(), 1, 'it is paid once');
  assert.deepEqual(await databases(page), []);
});

test('where the browser keeps nothing, it converts all the same', { timeout: 120_000 }, async (t) => {
  const { page } = await open(t);
  await page.addInitScript(denied);
  await page.reload();
  await choose(page, 'one');
  await count(page, 'done', 1);
  assert.deepEqual(await results(page), [['one.md', 5, 'one']]);
});

test('without the attribute nothing is kept', { timeout: 120_000 }, async (t) => {
  const { page } = await open(t, '/plain');
  await choose(page, 'one');
  await count(page, 'done', 1);
  assert.deepEqual(await page.evaluate(async () => (await indexedDB.databases()).length), 0);
});

test('a ticket is followed after a reload', { timeout: 120_000 }, async (t) => {
  await misbehave(t, HELD.convert);
  const { page } = await open(t, '/ticket');
  await choose(page, 'one');
  await count(page, 'convert', 1);
  await held(t);
  await reload(page);
  await count(page, 'done', 1);
  assert.deepEqual(await results(page), [['one.md', 5, 'one']]);
  assert.deepEqual(await processes(), []);
});
