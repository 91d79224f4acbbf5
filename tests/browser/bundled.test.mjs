// A page that esbuild bundled, in several files or in one, which loses the WebAssembly: the package finds it in another way, for each
// version of the API.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { browse } from './support/demo.mjs';
import { address, jobs, key, processes } from './support/sandbox.mjs';
import { CloudConvert, site } from './support/site.mjs';

/** The page of every project in `npm/test/frameworks`. */
const PAGE = fileURLToPath(new URL('../../npm/test/frameworks/support/page.js', import.meta.url));
const dist = (name) => fileURLToPath(new URL(`../../npm/dist/browser/${name}.js`, import.meta.url));
const KIT = { 'cloudconvert-kit': dist('index'), 'cloudconvert-kit/resume': dist('resume'), 'cloudconvert-kit/upload': dist('upload') };
const FORMATS = { several: { format: 'esm', splitting: true }, one: { format: 'iife' } };
/** The page and its scripts, for each. */
async function bundled([name, format]) {
  const { outputFiles } = await build({
    entryPoints: [PAGE], alias: KIT, bundle: true, ...format, minify: true, write: false, outdir: `/${name}`, logLevel: 'error',
  });
  const html = `<!doctype html><meta charset="utf-8"><title></title><script type="module" src="/${name}/page.js"></script>`;
  return { [`/${name}/`]: html, ...Object.fromEntries(outputFiles.map(({ path, text }) => [path, text])) };
}
const pages = Object.assign({}, ...(await Promise.all(Object.entries(FORMATS).map(bundled))));
const [browser, url] = await Promise.all([browse(), site({ files: pages, allow: { to: ['html'] } })]);
after(async () => assert.deepEqual([...(await jobs()), ...(await processes())], [], 'nothing is left on the service'));

const WAYS = {
  'version 2': async () => ({ relay: `${url}/convert/v2` }),
  'version 1': async () => {
    const { ticket } = await new CloudConvert({ apiKey: key, baseUrl: `${address}/v1` }).prepare({ from: 'md', to: 'html' });
    return { ticket };
  },
};

for (const name of Object.keys(FORMATS)) {
  for (const [version, ask] of Object.entries(WAYS)) {
    test(`in ${name}, it converts by ${version}`, async (t) => {
      const page = await browser.newPage();
      t.after(() => page.close());
      await page.goto(`${url}/${name}/?${new URLSearchParams(await ask())}`);
      await page.waitForFunction(() => document.title !== '');
      assert.equal(await page.title(), 'a.html true');
    });
  }
}
