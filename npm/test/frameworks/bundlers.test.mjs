// What bundles pages; a stage of `cargo xtask test`.
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { converts, files } from './support/browser.mjs';
import { project } from './support/project.mjs';

const CONVERTED = 'a.html true';

test('esbuild, in one file and in several', async (t) => {
  const { folder, tool } = await project('esbuild');
  const options = { one: ['--format=iife'], several: ['--format=esm', '--splitting'] };
  for (const [name, more] of Object.entries(options)) {
    await tool('esbuild', 'page.js', '--bundle', '--minify', ...more, `--outdir=${name}`);
    cpSync(join(folder, 'index.html'), join(folder, name, 'index.html'));
    assert.equal(await converts(t, await files(t, join(folder, name))), CONVERTED, name);
  }
});

test('Rollup, without a plugin that knows WebAssembly', async (t) => {
  const { folder, tool } = await project('rollup');
  await tool('rollup', 'page.js', '--dir', 'dist', '--format', 'es', '--plugin', 'node-resolve={browser:true}');
  cpSync(join(folder, 'index.html'), join(folder, 'dist/index.html'));
  assert.equal(await converts(t, await files(t, join(folder, 'dist'))), CONVERTED);
});

test('webpack', async (t) => {
  const { folder, node } = await project('webpack');
  await node('build.cjs');
  cpSync(join(folder, 'index.html'), join(folder, 'dist/web/index.html'));
  assert.equal(await converts(t, await files(t, join(folder, 'dist/web'))), CONVERTED);
});

test('Parcel', async (t) => {
  const { folder, tool } = await project('parcel');
  await tool('parcel', 'build', 'index.html', '--no-cache', '--public-url', './');
  assert.equal(await converts(t, await files(t, join(folder, 'dist'))), CONVERTED);
});
