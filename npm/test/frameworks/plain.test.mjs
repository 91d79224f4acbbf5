// What bundles programs for Node, and runs tests in Node.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { project } from './support/project.mjs';

const CONVERTED = 'a.html true';

test('Node imports and requires it', async () => {
  const { node, folder } = await project('plain');
  assert.equal(await node('program.js'), CONVERTED);
  const required = `const { CloudConvert } = require('cloudconvert-kit');\nconsole.log(typeof CloudConvert);`;
  writeFileSync(join(folder, 'program.cjs'), required);
  assert.equal(await node('program.cjs'), 'function');
});

test('esbuild', async () => {
  const { tool, node } = await project('esbuild');
  for (const [format, name] of [['esm', 'program.mjs'], ['cjs', 'program.cjs']]) {
    await tool('esbuild', 'program.js', '--bundle', '--platform=node', `--format=${format}`, `--outfile=dist/${name}`);
    assert.equal(await node(`dist/${name}`), CONVERTED, format);
  }
});

test('Rollup', async () => {
  const { tool, node } = await project('rollup');
  await tool('rollup', 'program.js', '--file', 'dist/outside.mjs', '--format', 'es');
  assert.equal(await node('dist/outside.mjs'), CONVERTED, 'without a plugin, what is installed stays outside');
  await tool('rollup', 'program.js', '--file', 'dist/inside.mjs', '--format', 'es', '--inlineDynamicImports', '--plugin', 'node-resolve={exportConditions:["node"]}');
  assert.equal(await node('dist/inside.mjs'), CONVERTED);
});

test('webpack', async () => {
  const { node } = await project('webpack');
  await node('build.cjs');
  assert.equal(await node('dist/node/program.js'), CONVERTED);
});

test('Jest, with Node and with a page', async () => {
  const { tool } = await project('jest');
  await tool('jest');
});

test('Vitest, with Node and with a page', async () => {
  const { tool } = await project('vitest');
  for (const environment of ['node', 'jsdom']) await tool('vitest', 'run', '--environment', environment);
});
