// A page without a network waits: neither its time nor its retries are spent, and it goes on as soon as there is one.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { browse } from './support/demo.mjs';
import { address, jobs, key, processes } from './support/sandbox.mjs';
import { CloudConvert, KIT, site } from './support/site.mjs';

const PAGE = `<!doctype html><meta charset="utf-8"><title>A page</title>
<script type="importmap">{ "imports": { "cloudconvert-kit": "${KIT}", "cloudconvert-kit/upload": "/kit/browser/upload.js" } }</script>
<script type="module">
import { CloudConvert } from 'cloudconvert-kit';
import { upload } from 'cloudconvert-kit/upload';
const file = () => new File(['# Hello'], 'hello.md');
const patience = { deadline: 60_000, retries: 3, onProgress: ({ message }) => (globalThis.message = message) };
const textOf = ({ files: [file] }) => file.text();
const ways = {
  convert: ({ relay }) => new CloudConvert({ baseUrl: relay }).convert(file(), { to: 'html', ...patience }).then(textOf),
  client: ({ ticket }) => new CloudConvert().upload(ticket, file(), patience),
  alone: ({ ticket }) => upload(ticket, file(), patience),
  formats: ({ relay }) => new CloudConvert({ baseUrl: relay }).formats({ from: 'md' }).then((formats) => [...new Set(formats.map(({ to }) => to))]),
};
globalThis.go = (way, what) => {
  globalThis.isOver = false;
  globalThis.end = ways[way](what).catch(({ code, message }) => code + ': ' + message).finally(() => (globalThis.isOver = true));
};
</script>`;
const [browser, url] = await Promise.all([browse(), site({ files: { '/': PAGE }, allow: { to: ['html'] } })]);
after(async () => assert.deepEqual([...(await jobs()), ...(await processes())], [], 'nothing is left on the service'));

const CONVERTED = /<h1[^>]*>Hello<\/h1>/;
const backend = (version) => new CloudConvert({ baseUrl: `${address}/${version}`, apiKey: key });
const prepared = async (version) => {
  const { ticket } = await backend(version).prepare({ from: 'md', to: 'html' });
  return { ticket };
};
const uploaded = (version) => async (end, { ticket }) => {
  assert.equal(end, undefined);
  const { files: [file] } = await backend(version).follow(ticket);
  assert.match(await file.text(), CONVERTED);
};

const WAYS = {
  'a conversion': { way: 'convert', ask: async () => ({ relay: `${url}/convert/v2` }), check: (end) => assert.match(end, CONVERTED) },
  'an upload of a client': { way: 'client', ask: () => prepared('v1'), check: uploaded('v1') },
  'an upload alone, by version 1': { way: 'alone', ask: () => prepared('v1'), check: uploaded('v1') },
  'an upload alone, by version 2': { way: 'alone', ask: () => prepared('v2'), check: uploaded('v2') },
};

for (const [name, { way, ask, check }] of Object.entries(WAYS)) {
  test(`${name} waits for the network`, { timeout: 120_000 }, async (t) => {
    const context = await browser.newContext();
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForFunction('globalThis.go');
    const go = (what) => page.evaluate(([way, what]) => void globalThis.go(way, what), [way, what]);
    // With this everything is loaded.
    const first = await ask();
    await go(first);
    await check(await page.evaluate('globalThis.end'), first);

    const second = await ask();
    let broken = 0;
    page.on('requestfailed', () => (broken += 1));
    await context.setOffline(true);
    await page.clock.install();
    await go(second);
    // It tries once in half a minute: that is ten times as long as it may take, and three times as often as it may fail.
    while (broken < 20) {
      t.signal.throwIfAborted();
      await page.clock.runFor(5000);
    }
    assert.match(await page.evaluate('globalThis.message'), /no network/);
    await page.clock.resume();
    await context.setOffline(false);
    await check(await page.evaluate('globalThis.end'), second);
  });
}

test('a single call is for an answer now: it says soon that there is none', { timeout: 120_000 }, async (t) => {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction('globalThis.go');
  const go = () => page.evaluate((relay) => void globalThis.go('formats', { relay }), `${url}/convert/v2`);
  await go();
  assert.deepEqual(await page.evaluate('globalThis.end'), ['html']);

  await context.setOffline(true);
  await page.clock.install();
  await go();
  let passed = 0;
  for (; !(await page.evaluate('globalThis.isOver')); passed += 1000) {
    t.signal.throwIfAborted();
    await page.clock.runFor(1000);
  }
  assert.match(await page.evaluate('globalThis.end'), /^network: .*cannot be reached/);
  assert.ok(passed <= 60_000, `after ${passed} ms`);
  await page.clock.resume();
  await context.setOffline(false);
  await go();
  assert.deepEqual(await page.evaluate('globalThis.end'), ['html'], 'nothing stays of it');
});
