// Conversions of a page go on after a reload, a crash of the tab or a break of the network, and one tab alone runs each.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';

import { browse } from './support/demo.mjs';
import { denied } from './support/denied.mjs';
import { created, HELD, held } from './support/held.mjs';
import { forget, jobs, key, misbehave, requests } from './support/sandbox.mjs';
import { KIT, site } from './support/site.mjs';
import { reload, tabs } from './support/tabs.mjs';

const PAGE = `<!doctype html><meta charset="utf-8"><title>A page</title>
<script type="importmap">{ "imports": { "cloudconvert-kit": "${KIT}", "cloudconvert-kit/resume": "/kit/browser/resume.js" } }</script>
<script type="module">
import { CloudConvert } from 'cloudconvert-kit';
import { resumable } from 'cloudconvert-kit/resume';
globalThis.file = new File(['# Hello'], 'hello.md', { lastModified: 1700000000000 });
globalThis.client = (options) => resumable(new CloudConvert({ baseUrl: new URL('/convert/v2', location).href }), options);
globalThis.textOf = (result) => result && result.files[0].text();
/** Begins a conversion, and shows in which stage it is. */
globalThis.begin = (source, { keep, ...options } = {}) => {
  const onProgress = (progress) => Object.assign(globalThis, { stage: progress.stage, message: progress.message });
  globalThis.end = client(keep).convert(source, { to: 'html', note: { place: 7 }, onProgress, ...options }).catch((error) => error);
};
globalThis.isReady = true;
</script>`;
const [browser, url] = await Promise.all([browse(), site({ files: { '/': PAGE }, allow: { to: ['html'] } })]);
const open = tabs(browser, url);
const CONVERTED = /<h1[^>]*>Hello<\/h1>/;

afterEach(async () => assert.deepEqual(await jobs(), [], 'nothing is left on the service'));
after(() => forget());

/** Waits until the page is in a stage, and the service holds its request. */
async function until(t, page, stage) {
  await page.waitForFunction((stage) => globalThis.stage === stage, stage);
  await held(t);
}

for (const [stage, leave] of [['convert', reload], ['convert', crash], ['download', reload], ['download', crash]]) {
  test(`a ${leave.name} in the middle of: ${stage}`, { timeout: 180_000 }, async (t) => {
    await forget();
    await misbehave(t, HELD[stage]);
    const { page, context } = await open(t);
    await page.evaluate('begin(file)');
    await until(t, page, stage);
    const next = (await leave(page, t, context)) ?? page;
    const [seen, text] = await next.evaluate(async () => {
      const [left, ...others] = await client().unfinished();
      const { files, note, needs } = left;
      return [{ files, note, needs, others }, await textOf(await left.resume())];
    });
    assert.deepEqual(seen, { files: [{ name: 'hello.md', size: 7, lastModified: 1700000000000 }], note: { place: 7 }, needs: 'nothing', others: [] });
    assert.match(text, CONVERTED);
    assert.equal(await created(), 1, 'it is paid once');
    assert.deepEqual(await next.evaluate('client().unfinished()'), []);
  });
}

/** What lets a file go up again waits for 10 s, because the first one may still arrive: all of it at the same time. */
test('in the middle of an upload', { timeout: 180_000 }, async (t) => {
  await forget();
  await misbehave(t, { ...HELD.upload, times: 3 });
  const people = await Promise.all([open(t), open(t), open(t)]);
  const pages = people.map(({ page }) => page);
  const [copied, own, picked] = pages;
  await copied.evaluate('begin(file)');
  await own.evaluate(() => {
    const onProgress = ({ stage }) => (globalThis.stage = stage);
    const tasks = {
      text: { operation: 'import/upload' },
      page: { operation: 'convert', input: 'text', output_format: 'html' },
      result: { operation: 'export/url', input: 'page' },
    };
    client().run(tasks, { text: file }, { onProgress });
  });
  await picked.evaluate('begin(file, { keep: { copyUpTo: 6 } })');
  for (const page of pages) await page.waitForFunction(() => globalThis.stage === 'upload');
  await held(t);
  await reload(copied);
  people[1].page = await crash(own, t, people[1].context);
  await reload(picked);
  const goesOn = (page) => page.evaluate(async () => {
    const [{ needs, resume }] = await client().unfinished();
    return [needs, await textOf(await resume())];
  });
  const recognised = picked.evaluate(async () => {
    const [left] = await client().unfinished();
    const other = new File(['# hello'], 'hello.md', { lastModified: 1700000000001 });
    const codeOf = (options) => left.resume(options).then(() => undefined, ({ code }) => code);
    // A mistake loses nothing.
    const errors = [await codeOf({ files: [other] }), await codeOf()];
    return [{ needs: left.needs, is: [left.isOf([other]), left.isOf([other, file])], errors }, await textOf(await left.resume({ files: [other, file] }))];
  });
  const ends = await Promise.all([goesOn(copied), goesOn(people[1].page), recognised]);
  assert.deepEqual(ends.map(([seen]) => seen), ['nothing', 'nothing', { needs: 'file', is: [false, true], errors: ['input', 'input'] }]);
  for (const [, text] of ends) assert.match(text, CONVERTED);
  assert.equal(await created(), 3, 'each is paid once');
});

/** The tab dies; the person opens another one. */
async function crash(page, t, context) {
  const crashed = page.waitForEvent('crash');
  page.goto('chrome://crash').catch(() => undefined);
  await crashed;
  return (await open(t, context)).page;
}

test('tabs do not do the same work twice', { timeout: 180_000 }, async (t) => {
  await forget();
  await misbehave(t, HELD.download);
  const { page: first, context } = await open(t);
  const others = [(await open(t, context)).page, (await open(t, context)).page];
  await first.evaluate('begin(file)');
  await until(t, first, 'download');
  for (const page of [first, ...others]) assert.deepEqual(await page.evaluate('client().unfinished()'), [], 'it runs');
  await first.close();
  // Both have found it before one of them goes on: what runs in a tab, or has ended, is found by no other.
  await Promise.all(others.map((page) => page.evaluate(async () => {
    while (!globalThis.found) [globalThis.found] = await client().unfinished();
  })));
  const ends = await Promise.all(others.map((page) => page.evaluate(async () => textOf(await globalThis.found.resume()))));
  const [text, ...rest] = ends.filter(Boolean);
  assert.match(text, CONVERTED);
  assert.deepEqual(rest, []);
  assert.equal(await created(), 1);
});

test('one that is discarded is deleted on the service', { timeout: 180_000 }, async (t) => {
  await misbehave(t, HELD.upload);
  const { page } = await open(t);
  await page.evaluate('begin(file)');
  await until(t, page, 'upload');
  await reload(page);
  assert.equal(await page.evaluate(async () => {
    const [left] = await client().unfinished();
    await left.discard();
    return (await client().unfinished()).length;
  }), 0);
});

test('handles of files are kept instead of copies, for the input and for the output', { timeout: 180_000 }, async (t) => {
  await misbehave(t, HELD.download);
  const { page } = await open(t);
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const [input, output] = await Promise.all(['hello.md', 'hello.html'].map((name) => root.getFileHandle(name, { create: true })));
    const stream = await input.createWritable();
    await stream.write('# Hello');
    await stream.close();
    begin(input, { keep: { copyUpTo: 0 }, saveTo: output });
  });
  await until(t, page, 'download');
  await reload(page);
  const [before, count, text] = await page.evaluate(async () => {
    const output = await (await navigator.storage.getDirectory()).getFileHandle('hello.html');
    const { size } = await output.getFile();
    const [left] = await client().unfinished();
    const { files } = await left.resume();
    return [size, files.length, await (await output.getFile()).text()];
  });
  assert.deepEqual([before, count], [0, 0], 'nothing half-written has its name');
  assert.match(text, CONVERTED);
});

test('the handle beside a file is kept where there is no room for a copy', { timeout: 180_000 }, async (t) => {
  await forget();
  await misbehave(t, HELD.upload);
  const { page } = await open(t);
  await page.evaluate(async () => {
    const handle = await (await navigator.storage.getDirectory()).getFileHandle('hello.md', { create: true });
    const stream = await handle.createWritable();
    await stream.write('# Hello');
    await stream.close();
    begin(await handle.getFile(), { keep: { copyUpTo: 6 }, handle });
  });
  await until(t, page, 'upload');
  await reload(page);
  const [needs, text] = await page.evaluate(async () => {
    const [left] = await client().unfinished();
    return [left.needs, await textOf(await left.resume())];
  });
  assert.equal(needs, 'nothing');
  assert.match(text, CONVERTED);
  assert.equal(await created(), 1, 'it is paid once');
});

test('without a network it waits, and goes on as soon as there is one', { timeout: 180_000 }, async (t) => {
  await misbehave(t, HELD.convert);
  const { page, context } = await open(t);
  await page.evaluate('begin(file, { deadline: 120_000 })');
  await until(t, page, 'convert');
  await context.setOffline(true);
  await page.waitForFunction(() => /no network/.test(globalThis.message));
  const before = await page.evaluate('performance.now()');
  await context.setOffline(false);
  assert.match(await page.evaluate('end.then(textOf)'), CONVERTED);
  // It would try again by itself after half a minute.
  assert.ok((await page.evaluate('performance.now()')) - before < 25_000);
});

test('where the browser keeps nothing, it converts all the same', { timeout: 180_000 }, async (t) => {
  const { page } = await open(t);
  await page.evaluate(denied);
  assert.deepEqual(await page.evaluate('client().unfinished()'), []);
  await page.evaluate('begin(file)');
  assert.match(await page.evaluate('end.then(textOf)'), CONVERTED);
  const many = await page.evaluate(async () => {
    const texts = [];
    for await (const { result, error } of client().convertMany([file, file], { to: 'html' })) texts.push(result ? await textOf(result) : String(error));
    return texts;
  });
  assert.equal(many.length, 2);
  for (const text of many) assert.match(text, CONVERTED);
});

test('a page that was frozen goes on where it was', { timeout: 180_000 }, async (t) => {
  await forget();
  await misbehave(t, { kind: 'status', delay_ms: 1000 });
  const { page, context } = await open(t);
  await page.evaluate('begin(file)');
  await until(t, page, 'convert');
  const session = await context.newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  // The answer comes, and nobody hears it.
  const asked = async () => (await requests()).filter(({ kind }) => kind === 'status').length;
  while ((await asked()) === 0) t.signal.throwIfAborted();
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  assert.match(await page.evaluate('end.then(textOf)'), CONVERTED);
  assert.equal(await created(), 1);
});

test('a machine that slept for a night goes on where it was', { timeout: 180_000 }, async (t) => {
  await forget();
  await misbehave(t, { kind: 'status', delay_ms: 1000 });
  const { page } = await open(t);
  await page.clock.install();
  await page.evaluate('begin(file)');
  await until(t, page, 'convert');
  await page.clock.fastForward('08:00:00');
  await page.clock.resume();
  assert.match(await page.evaluate('end.then(textOf)'), CONVERTED);
  assert.equal(await created(), 1);
});

test('a page that is loaded anew without a network keeps what it has to do', { timeout: 180_000 }, async (t) => {
  await misbehave(t, HELD.convert);
  const { page, context } = await open(t);
  await page.evaluate('begin(file)');
  await until(t, page, 'convert');
  await reload(page);
  await context.setOffline(true);
  assert.deepEqual(await page.evaluate(async () => {
    const [left] = await client().unfinished();
    return [await left.resume().catch(({ code }) => code), (await client().unfinished()).length];
  }), ['network', 1], 'its client cannot be loaded');
  await context.setOffline(false);
  assert.match(await page.evaluate(async () => textOf(await (await client().unfinished())[0].resume())), CONVERTED);
});

test('what is kept has no secrets, and is gone in the end', { timeout: 180_000 }, async (t) => {
  await misbehave(t, HELD.convert);
  const { page } = await open(t);
  const kept = () => page.evaluate(async () => {
    const database = await new Promise((resolve) => (indexedDB.open('cloudconvert-kit').onsuccess = ({ target }) => resolve(target.result)));
    const transaction = database.transaction(['entries', 'sources']);
    const all = (name) => new Promise((resolve) => (transaction.objectStore(name).getAll().onsuccess = ({ target }) => resolve(target.result)));
    const [entries, sources] = await Promise.all([all('entries'), all('sources')]);
    database.close();
    return [JSON.stringify(entries), sources.length];
  });
  await page.evaluate('begin(file)');
  await until(t, page, 'convert');
  const [entries, sources] = await kept();
  assert.ok(!entries.includes(key) && !/signature|sig=|X-Amz/i.test(entries), entries);
  assert.equal(sources, 1);
  await reload(page);
  assert.match(await page.evaluate(async () => textOf(await (await client().unfinished())[0].resume())), CONVERTED);
  assert.deepEqual(await kept(), ['[]', 0]);
});
