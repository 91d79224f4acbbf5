// Next.js: components, actions and routes on the server, at the edge, and pages; bundled by either of its bundlers.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { converts, open, takes } from './support/browser.mjs';
import { project, serve } from './support/project.mjs';

const CONVERTED = 'a.html true';
/** In development each is built when it is first asked for, and pages that are open meanwhile may be loaded anew. */
const PAGES = ['/action', '/page', '/element', '/convert/v2/jobs'];

for (const bundler of ['webpack', 'turbopack']) {
  for (const mode of ['production', 'development']) {
    test(`${bundler}, for ${mode}`, async (t) => {
      const made = await project('next');
      if (mode === 'production') await made.tool('next', 'build', `--${bundler}`);
      const command = mode === 'production' ? ['start'] : ['dev', `--${bundler}`];
      const address = await serve(t, made, 'next', ...command, '--hostname', '127.0.0.1', '--port', '0');
      const text = async (path) => (await fetch(address + path)).text();
      assert.match(await text('/component'), new RegExp(`>${CONVERTED}<`), 'a component');
      assert.equal(await text('/route'), CONVERTED, 'a route');
      assert.equal(await text('/edge'), CONVERTED, 'a route at the edge');
      for (const path of PAGES) await text(path);
      const page = await open(t, `${address}/action`);
      await page.getByRole('button', { name: 'Convert', exact: true }).click();
      await page.getByText(CONVERTED).waitFor();
      assert.equal(await converts(t, `${address}/page`), CONVERTED, 'a page');
      assert.match(await text('/element'), /<cloudconvert-upload base-url="\/convert\/v2"/, 'what the server renders');
      assert.equal(await takes(t, `${address}/element`), 'a.html', 'the element, by the relay of the same server');
    });
  }
}
