// What few pages use: it is loaded when it is first used, and goes on after a page was closed.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { browse } from './support/demo.mjs';
import { address, key, misbehave } from './support/sandbox.mjs';
import { KIT, site } from './support/site.mjs';

const PAGE = `<!doctype html><meta charset="utf-8"><script type="importmap">{ "imports": { "cloudconvert-kit": "${KIT}" } }</script>`;
const [browser, url] = await Promise.all([browse(), site({ files: { '/': PAGE } })]);
const options = { baseUrl: `${address}/v2`, apiKey: key };

/** A page, with what it has loaded of the package and what it says on its console. */
async function open(t, context) {
  const page = await (context ?? browser).newPage();
  t.after(() => page.close());
  const [loaded, said] = [[], []];
  page.on('request', (request) => {
    const name = new URL(request.url()).pathname.split('/').at(-1);
    if (/\.(js|wasm)$/.test(name)) loaded.push(name);
  });
  page.on('console', (message) => said.push(message.text()));
  await page.goto(url);
  return { page, loaded, said };
}

test('a page loads the whole client when it first uses more than pages use', async (t) => {
  const { page, loaded } = await open(t);
  const run = async (options) => {
    const { CloudConvert } = await import('cloudconvert-kit');
    const client = new CloudConvert(options);
    await client.formats({ from: 'png' });
    globalThis.client = client;
  };
  await page.evaluate(run, options);
  assert.deepEqual(loaded.sort(), ['client.js', 'cloudconvert_wasm_v2_bg.wasm', 'index.js']);
  loaded.length = 0;
  const names = await page.evaluate(async () => {
    const files = ['a.md', 'b.md'].map((name) => new File(['# Hello'], name));
    const names = [];
    for await (const { result } of globalThis.client.convertMany(files, { to: 'html' })) names.push(result.files[0].name);
    return names.sort();
  });
  assert.deepEqual(names, ['a.html', 'b.html']);
  assert.deepEqual(loaded.sort(), ['cloudconvert_wasm_bg.wasm', 'whole.js']);
});

test('a key in a page earns one warning', async (t) => {
  const { page, said } = await open(t);
  await page.evaluate(async (options) => {
    const { CloudConvert } = await import('cloudconvert-kit');
    await new CloudConvert({ ...options, apiKey: undefined }).load();
  }, options);
  assert.deepEqual(said, []);
  await page.evaluate(async (options) => {
    const { CloudConvert } = await import('cloudconvert-kit');
    await new CloudConvert(options).load();
    await new CloudConvert(options).load();
  }, options);
  assert.equal(said.length, 1);
  assert.match(said[0], /API key/);
  assert.ok(!said[0].includes(key));
});

test('a conversion goes on after its page was closed', async (t) => {
  await misbehave(t, { kind: 'run', delay_ms: 2000 });
  const context = await browser.newContext();
  t.after(() => context.close());
  const { page: first } = await open(t, context);
  await first.evaluate(async (options) => {
    const { CloudConvert } = await import('cloudconvert-kit');
    const checkpoint = (saved) => localStorage.setItem('conversion', saved);
    await new Promise((resolve) => {
      const onProgress = ({ stage }) => stage === 'convert' && resolve();
      new CloudConvert(options).convert(new File(['# Hello'], 'a.md'), { to: 'html', checkpoint, onProgress });
    });
  }, options);
  await first.close();

  const { page: next } = await open(t, context);
  const [name, text] = await next.evaluate(async (options) => {
    const { CloudConvert } = await import('cloudconvert-kit');
    const { files } = await new CloudConvert(options).resume(localStorage.getItem('conversion'));
    return [files[0].name, await files[0].text()];
  }, options);
  assert.equal(name, 'a.html');
  assert.match(text, /<h1[^>]*>Hello<\/h1>/);
});

test('an output goes to a stream of the page, such as that of a file its user chose', async (t) => {
  const { page } = await open(t);
  const text = await page.evaluate(async (options) => {
    const { CloudConvert } = await import('cloudconvert-kit');
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle('a.html', { create: true });
    const { files } = await new CloudConvert(options).convert(new File(['# Hello'], 'a.md'), { to: 'html', saveTo: await handle.createWritable() });
    return files.length + (await (await handle.getFile()).text());
  }, options);
  assert.match(text, /^0[^]*<h1[^>]*>Hello<\/h1>/);
});
