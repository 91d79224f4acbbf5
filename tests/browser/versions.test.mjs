// One page with a client of each version of the API, as it is and in a bundle of Vite.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { build } from 'vite';

import { browse } from './support/demo.mjs';
import { address, jobs, key, processes } from './support/sandbox.mjs';
import { KIT, site } from './support/site.mjs';

const program = (kit) => `import { CloudConvert } from '${kit}';
const clientOf = (version) => new CloudConvert({ baseUrl: '${address}/' + version, apiKey: '${key}' });
globalThis.convert = async (...versions) => {
  const texts = versions.map(async (version) => {
    const { files } = await clientOf(version).convert(new File(['# ' + version], 'note.md'), { to: 'html' });
    return /<h1[^>]*>(.*)<.h1>/.exec(await files[0].text())[1];
  });
  return Promise.all(texts);
};
globalThis.isReady = true;`;

const page = (script) => `<!doctype html><meta charset="utf-8"><title>A page</title>${script}`;

/** The files of a page that Vite has built, by their paths. */
async function built() {
  const root = mkdtempSync(join(tmpdir(), 'cloudconvert-vite-'));
  after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'node_modules'));
  symlinkSync(fileURLToPath(new URL('../../npm', import.meta.url)), join(root, 'node_modules/cloudconvert-kit'));
  writeFileSync(join(root, 'index.html'), page('<script type="module" src="/main.js"></script>'));
  writeFileSync(join(root, 'main.js'), program('cloudconvert-kit'));
  await build({ root, configFile: false, logLevel: 'error', build: { target: 'es2022' } });
  const dist = join(root, 'dist');
  const assets = readdirSync(join(dist, 'assets')).map((name) => [`/assets/${name}`, readFileSync(join(dist, 'assets', name))]);
  return { '/': readFileSync(join(dist, 'index.html'), 'utf8'), ...Object.fromEntries(assets) };
}

const plain = { '/': page(`<script type="module">${program(KIT)}</script>`) };
const [browser, ...urls] = await Promise.all([browse(), site({ files: plain }), built().then((files) => site({ files }))]);
const PAGES = Object.fromEntries(['as it is', 'built by Vite'].map((name, at) => [name, urls[at]]));

afterEach(async () => assert.deepEqual([...(await jobs()), ...(await processes())], [], 'nothing is left on the service'));

for (const [name, url] of Object.entries(PAGES)) {
  for (const order of [['v1', 'v2', 'v1'], ['v2', 'v1']]) {
    test(`${name}: ${order.join(', then ')}, and side by side`, { timeout: 60_000 }, async (t) => {
      const page = await browser.newPage();
      t.after(() => page.close());
      const loaded = new Set();
      page.on('response', (response) => /\.wasm$/.test(response.url()) && loaded.add(response.url()));
      await page.goto(url);
      await page.waitForFunction('globalThis.isReady');
      for (const version of order) assert.deepEqual(await page.evaluate((version) => convert(version), version), [version]);
      assert.equal(loaded.size, 2, 'that of the first version, and the whole');
      assert.deepEqual(await page.evaluate((versions) => convert(...versions), order), order);
    });
  }
  test(`${name}: both at once, from the beginning`, { timeout: 60_000 }, async (t) => {
    const page = await browser.newPage();
    t.after(() => page.close());
    await page.goto(url);
    await page.waitForFunction('globalThis.isReady');
    assert.deepEqual(await page.evaluate(() => convert('v1', 'v2')), ['v1', 'v2']);
  });
}
