// Many conversions of a page go on after a reload, those too whose turn had not come.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';

import { browse } from './support/demo.mjs';
import { created, HELD, held } from './support/held.mjs';
import { forget, jobs, misbehave } from './support/sandbox.mjs';
import { KIT, site } from './support/site.mjs';
import { reload, tabs } from './support/tabs.mjs';

const PAGE = `<!doctype html><meta charset="utf-8"><title>A page</title>
<script type="importmap">{ "imports": { "cloudconvert-kit": "${KIT}", "cloudconvert-kit/resume": "/kit/browser/resume.js" } }</script>
<script type="module">
import { CloudConvert } from 'cloudconvert-kit';
import { resumable } from 'cloudconvert-kit/resume';
globalThis.client = resumable(new CloudConvert({ baseUrl: new URL('/convert/v2', location).href }));
globalThis.fileOf = (name) => new File(['# ' + name], name + '.md', { lastModified: 1700000000000 });
globalThis.told = async ({ source, result, error }) => [source?.name, error ? error.code : await result.files[0].text()];
/** Begins, and keeps what has ended. */
globalThis.begin = (sources, options) => {
  globalThis.stages = {};
  globalThis.ended = [];
  const onProgress = ({ stage }, { name }) => (stages[name] = stage);
  globalThis.end = (async () => {
    for await (const one of client.convertMany(sources, { to: 'html', concurrency: 2, note: ({ name }) => name, onProgress, ...options })) ended.push(await told(one));
  })();
};
/** Goes on with all that was left. */
globalThis.goOn = async () => {
  const left = await client.unfinished();
  return Promise.all(left.map(async (one) => {
    const result = await one.resume();
    return [one.note, one.needs, result && (await result.files[0].text())];
  }));
};
globalThis.isReady = true;
</script>`;
const [browser, url] = await Promise.all([browse(), site({ files: { '/': PAGE }, allow: { to: ['html'] } })]);
const open = tabs(browser, url);

afterEach(async () => assert.deepEqual(await jobs(), [], 'nothing is left on the service'));
after(() => forget());

const NAMES = ['one', 'two', 'three', 'four'];

for (const stage of ['upload', 'convert', 'download']) {
  test(`a reload in the middle of: ${stage}`, { timeout: 60_000 }, async (t) => {
    await forget();
    await misbehave(t, { ...HELD[stage], times: 2 });
    const { page, context } = await open(t);
    await page.evaluate((names) => begin(names.map(fileOf)), NAMES);
    await page.waitForFunction((stage) => Object.values(stages).filter((one) => one === stage).length === 2, stage);
    await held(t);
    const other = (await open(t, context)).page;
    assert.deepEqual(await other.evaluate('client.unfinished()'), [], 'all of them run, or wait for their turn');
    assert.deepEqual(await page.evaluate("ended"), []);
    await reload(page);
    const ends = (await Promise.all([page.evaluate('goOn()'), other.evaluate('goOn()')])).flat().filter(([, , text]) => text);
    assert.deepEqual(ends.map(([note, needs]) => [note, needs]).sort(), NAMES.map((name) => [`${name}.md`, 'nothing']).sort(), 'each once, in one of the tabs');
    for (const [note, , text] of ends) assert.match(text, new RegExp(`<h1[^>]*>${note.replace('.md', '')}</h1>`));
    assert.equal(await created(), 4, 'each is paid once');
    assert.deepEqual(await page.evaluate('client.unfinished()'), []);
  });
}

test('the same file twice, what cannot be converted, and what comes one by one', { timeout: 60_000 }, async (t) => {
  const { page } = await open(t);
  await page.evaluate(async () => {
    const file = fileOf('one');
    const broken = { kind: 'file', name: 'gone.md', getFile: () => Promise.reject(new DOMException('it is gone', 'NotFoundError')) };
    begin([file, file, broken, fileOf('two')]);
    await end;
    globalThis.first = ended;
    begin((async function* () {
      yield fileOf('three');
      yield file;
    })());
    await end;
  });
  const [first, second, left] = await page.evaluate(async () => [first, ended, await client.unfinished()]);
  const names = (ends) => ends.map(([name, text]) => `${name} ${/<h1/.test(text)}`).sort();
  assert.deepEqual(names(first), ['gone.md false', 'one.md true', 'one.md true', 'two.md true']);
  assert.deepEqual(names(second), ['one.md true', 'three.md true']);
  assert.deepEqual(left, []);
});

test('who aborts, or takes no more, leaves nothing', { timeout: 60_000 }, async (t) => {
  await misbehave(t, { ...HELD.upload, times: 2 });
  const { page } = await open(t);
  const count = () => page.evaluate(async () => (await client.unfinished()).length);
  await page.evaluate((names) => {
    globalThis.stop = new AbortController();
    begin(names.map(fileOf), { signal: stop.signal });
    end = end.then(() => 'no reason', (reason) => reason);
  }, NAMES);
  await page.waitForFunction(() => Object.values(stages).filter((stage) => stage === 'upload').length === 2);
  await held(t);
  assert.equal(await page.evaluate(() => (stop.abort('enough'), end)), 'enough');
  assert.equal(await count(), 0);
  const first = await page.evaluate(async (names) => {
    for await (const { source } of client.convertMany(names.map(fileOf), { to: 'html' })) return source.name;
  }, NAMES);
  assert.ok(NAMES.includes(first.replace('.md', '')));
  assert.equal(await count(), 0);
});
