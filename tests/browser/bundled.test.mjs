// A page that esbuild bundled, which loses the WebAssembly: the package finds it in another way, for each version of the API.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { browse } from './support/demo.mjs';
import { address, jobs, key, processes } from './support/sandbox.mjs';
import { CloudConvert, site } from './support/site.mjs';

/** The page of every project in `npm/test/frameworks`. */
const PAGE = fileURLToPath(new URL('../../npm/test/frameworks/support/page.js', import.meta.url));
const KIT = fileURLToPath(new URL('../../npm/dist/browser/index.js', import.meta.url));
const { outputFiles } = await build({
  entryPoints: [PAGE], alias: { 'cloudconvert-kit': KIT }, bundle: true, splitting: true, format: 'esm', minify: true, write: false, outdir: '/', logLevel: 'error',
});
const scripts = Object.fromEntries(outputFiles.map(({ path, text }) => [path, text]));
const html = '<!doctype html><meta charset="utf-8"><title></title><script type="module" src="/page.js"></script>';
const [browser, url] = await Promise.all([browse(), site({ files: { ...scripts, '/': html }, allow: { to: ['html'] } })]);
after(async () => assert.deepEqual([...(await jobs()), ...(await processes())], [], 'nothing is left on the service'));

const WAYS = {
  'version 2': async () => ({ relay: `${url}/convert/v2` }),
  'version 1': async () => {
    const { ticket } = await new CloudConvert({ apiKey: key, baseUrl: `${address}/v1` }).prepare({ from: 'md', to: 'html' });
    return { ticket };
  },
};

for (const [version, ask] of Object.entries(WAYS)) {
  test(`it converts by ${version}`, async (t) => {
    const page = await browser.newPage();
    t.after(() => page.close());
    await page.goto(`${url}/?${new URLSearchParams(await ask())}`);
    await page.waitForFunction(() => document.title !== '');
    assert.equal(await page.title(), 'a.html true');
  });
}
