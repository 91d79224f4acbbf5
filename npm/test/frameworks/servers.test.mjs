// Relays in servers of other people.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { converted } from './support/browser.mjs';
import { project, run } from './support/project.mjs';

const CONVERTED = 'a.html true';

test('a relay in Hono', async (t) => {
  const address = await run(t, await project('hono'), 'server.js');
  assert.equal(await converted(`${address}/convert/v2`), CONVERTED);
});

test('workerd: a relay, and a conversion', async (t) => {
  const made = await project('workers');
  await made.tool('esbuild', 'worker.js', '--bundle', '--format=esm', '--platform=browser', '--loader:.wasm=copy', '--outdir=dist');
  const address = await run(t, made, 'server.js');
  assert.equal(await converted(`${address}/convert/v2`), CONVERTED);
  assert.equal(await (await fetch(`${address}/route`)).text(), CONVERTED);
});
