// The package as it is published: packed, installed without a network, imported, compiled and bundled.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import resolve from '@rollup/plugin-node-resolve';
import { build as esbuild } from 'esbuild';
import { publint } from 'publint';
import { rollup } from 'rollup';
import { build as vite } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'cloudconvert-'));
after(() => rmSync(project, { recursive: true }));

const run = (program, ...rest) => execFileSync(program, rest, { cwd: project, encoding: 'utf8' });
const tool = (name, ...rest) => run(join(here, 'node_modules/.bin', name), ...rest);
const node = (...rest) => run(process.execPath, ...rest);
const installed = join(project, 'node_modules/cloudconvert-kit');
let tarball;

before(() => {
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--silent', '--json', '--pack-destination', project], { cwd: root, encoding: 'utf8' }));
  tarball = join(project, packed.filename);
  cpSync(join(here, 'consumer'), project, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{"name": "consumer", "type": "module"}');
  run('npm', 'install', '--offline', '--no-audit', '--no-fund', tarball);
});

test('it has what it needs and nothing else', () => {
  const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((file) => file.isFile()).map(({ name }) => name);
  assert.deepEqual(files.filter((name) => !/\.(c?js|js\.map|d\.c?ts|wasm)$/.test(name)).sort(), ['LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'package.json']);
  assert.equal(files.filter((name) => name.endsWith('.wasm')).length, 5);
});

const USE = `const { id } = await new CloudConvert().calledBack('id=v4cw72hf3'); console.log(id)`;

test('Node imports it', () => {
  const program = `import { CloudConvert } from 'cloudconvert-kit'; ${USE}`;
  assert.equal(node('--input-type=module', '--eval', program).trim(), 'v4cw72hf3');
});

test('Node requires it', () => {
  const program = `const { CloudConvert } = require('cloudconvert-kit'); (async () => { ${USE} })()`;
  assert.equal(node('--input-type=commonjs', '--eval', program).trim(), 'v4cw72hf3');
});

test('a server imports or requires what it needs for webhooks', () => {
  const program = `verifyWebhook('{}', '', 'secret').catch(({ code }) => console.log(code));`;
  assert.equal(node('--input-type=module', '--eval', `import { verifyWebhook } from 'cloudconvert-kit/signing'; ${program}`).trim(), 'unauthorized');
  assert.equal(node('--input-type=commonjs', '--eval', `const { verifyWebhook } = require('cloudconvert-kit/signing'); ${program}`).trim(), 'unauthorized');
});

const STRICT = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true, types: ['node'], target: 'es2022' };
const RESOLUTIONS = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext', lib: ['es2022', 'dom'] },
  'nodenext without a page': { module: 'nodenext', moduleResolution: 'nodenext', lib: ['es2022'] },
  bundler: { module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom'], customConditions: ['browser'] },
};

for (const [how, options] of Object.entries(RESOLUTIONS)) {
  test(`TypeScript compiles what uses it, with ${how}`, () => {
    const typeRoots = [join(here, 'node_modules/@types')];
    const config = { compilerOptions: { ...STRICT, ...options, typeRoots }, include: options.lib.includes('dom') ? ['app.ts', 'element.ts'] : ['app.ts'] };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(config));
    tool('tsc', '--project', project);
  });
}

test('its types and its files fit', async () => {
  const { messages } = await publint({ pkgDir: installed, strict: true });
  assert.deepEqual(messages, []);
  // What pages and service workers alone import, and what bundlers take as a file.
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const wasm = Object.keys(exports).filter((name) => name.endsWith('.wasm')).map((name) => name.slice('./'.length));
  const pages = ['v1', 'v2', 'element', 'resume', 'uppy'];
  tool('attw', tarball, '--profile', 'esm-only', '--entrypoints', ...pages, ...wasm);
  tool('attw', tarball, '--profile', 'node16', '--exclude-entrypoints', ...pages, ...wasm);
});

/** The files of a bundle, by their ends. */
const emitted = (folder, end) => readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(end)).map((name) => readFileSync(join(folder, name)));
const wasm = (version = '') => readFileSync(join(installed, `dist/cloudconvert_wasm${version}_bg.wasm`));

test('Vite finds the WebAssembly, and loads it later', async () => {
  await vite({ root: project, logLevel: 'error', build: { outDir: 'vite' } });
  const folder = join(project, 'vite');
  assert.deepEqual(emitted(folder, '.wasm').sort((a, b) => a.length - b.length), [wasm('_v1'), wasm('_v2'), wasm()]);
  const [page] = /src="\/(assets\/[^"]+)"/.exec(readFileSync(join(folder, 'index.html'), 'utf8')).slice(1);
  // What `npm run size` promises of a page before its first use, with what Vite adds to load the rest.
  const { length } = gzipSync(readFileSync(join(folder, page)), { level: 9 });
  assert.ok(length <= 2048, `the page itself stays small: ${length} bytes gzipped`);
});

test('Vite keeps the element, which nothing uses by name, and loads its languages later', async () => {
  const outDir = join(project, 'vite-element');
  writeFileSync(join(project, 'element.js'), "import 'cloudconvert-kit/element';");
  await vite({ root: project, logLevel: 'error', build: { outDir, rollupOptions: { input: join(project, 'element.js') } } });
  assert.deepEqual(emitted(outDir, '.wasm').sort((a, b) => a.length - b.length), [wasm('_v1'), wasm('_v2'), wasm()]);
  const scripts = emitted(outDir, '.js').map(String);
  assert.equal(scripts.filter((script) => script.includes('customElements.define')).length, 1);
  for (const words of ['Dateien wählen', 'Choisir des fichiers', 'Elegir archivos']) {
    assert.equal(scripts.filter((script) => script.includes(words) && !script.includes('customElements')).length, 1, words);
  }
});

test('an upload alone is one function, for Node and, with its WebAssembly, for Vite', async () => {
  const use = "upload('https://api.example.com', new Blob(), { retries: -1 }).catch((error) => console.log(error instanceof CloudConvertError, error.code));";
  const program = `import { CloudConvertError, upload } from 'cloudconvert-kit/upload'; ${use}`;
  assert.equal(node('--input-type=module', '--eval', program).trim(), 'true bad_request');
  assert.equal(node('--input-type=commonjs', '--eval', `const { CloudConvertError, upload } = require('cloudconvert-kit/upload'); ${use}`).trim(), 'true bad_request');
  const outDir = join(project, 'vite-upload');
  writeFileSync(join(project, 'upload.js'), program);
  await vite({ root: project, logLevel: 'error', build: { outDir, rollupOptions: { input: join(project, 'upload.js') } } });
  assert.deepEqual(emitted(outDir, '.wasm'), [wasm('_upload')]);
  assert.ok(emitted(outDir, '.js').every((script) => !String(script).includes('convertMany')));
});

test('esbuild takes it with the WebAssembly as a file', async () => {
  const outdir = join(project, 'esbuild');
  const readme = readFileSync(join(installed, 'README.md'), 'utf8');
  const [, example] = /^## Bundlers, frameworks and content security policies\n.*?^```js\n(.*?)^```/ms.exec(readme);
  const stdin = { contents: `${example}\nglobalThis.client = client;`, resolveDir: project };
  await esbuild({ stdin, outdir, bundle: true, format: 'esm', splitting: true, platform: 'browser', loader: { '.wasm': 'file' }, logLevel: 'error' });
  assert.deepEqual(emitted(outdir, '.wasm'), [wasm()]);
});

/** A program for Node, bundled; it has to run where nothing is installed. */
async function assertRuns(name, bundle) {
  const folder = mkdtempSync(join(tmpdir(), 'cloudconvert-'));
  after(() => rmSync(folder, { recursive: true }));
  const outfile = join(folder, name);
  await bundle(outfile);
  assert.equal(execFileSync(process.execPath, [outfile], { cwd: folder, encoding: 'utf8' }).trim(), 'v4cw72hf3', name);
}

const PROGRAM = `import { CloudConvert } from 'cloudconvert-kit'; (async () => { ${USE} })();`;

test('esbuild puts it into one file for Node', async () => {
  for (const [format, name] of [['esm', 'program.mjs'], ['cjs', 'program.cjs']]) {
    const options = { stdin: { contents: PROGRAM, resolveDir: project }, bundle: true, platform: 'node', format, logLevel: 'error' };
    await assertRuns(name, (outfile) => esbuild({ ...options, outfile }));
  }
});

test('Rollup puts it into one file for Node, without a plugin that knows WebAssembly or CommonJS', async () => {
  writeFileSync(join(project, 'program.js'), PROGRAM);
  await assertRuns('program.mjs', async (file) => {
    const made = await rollup({ input: join(project, 'program.js'), external: /^node:/, plugins: [resolve({ exportConditions: ['node'] })] });
    await made.write({ file, inlineDynamicImports: true });
  });
});

for (const environment of ['node', 'jsdom']) {
  test(`Vitest runs it, with ${environment}`, async (t) => {
    // A service that never answers.
    const silent = net.createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    t.after(() => silent.close());
    writeFileSync(join(project, 'kit.test.js'), `
      import { CloudConvert } from 'cloudconvert-kit';
      import { expect, test } from 'vitest';
      test('a call is answered', async () => {
        const client = new CloudConvert({ baseUrl: 'http://127.0.0.1:${silent.address().port}/v1' });
        expect((await client.calledBack('id=v4cw72hf3')).id).toBe('v4cw72hf3');
        // Cancelled at once, and not after all retries: the signal of the page is understood.
        await expect(client.formats({ signal: AbortSignal.timeout(100) })).rejects.toHaveProperty('name', 'TimeoutError');
      });`);
    for (const name of ['vitest', 'jsdom']) {
      const place = join(project, 'node_modules', name);
      symlinkSync(join(here, 'node_modules', name), place);
      t.after(() => rmSync(place));
    }
    node(join(here, 'node_modules/vitest/vitest.mjs'), 'run', '--environment', environment, '--reporter', 'dot');
  });
}

/** Neither asks anybody on the internet for anything. */
const QUIET = { DENO_NO_UPDATE_CHECK: '1', DENO_DIR: join(project, '.deno'), DO_NOT_TRACK: '1' };

for (const [name, ...how] of [['Deno', 'deno', 'run', '--allow-all'], ['Bun', 'bun', 'run']]) {
  test(`${name} converts files, and serves a relay`, () => {
    const [program, ...rest] = how;
    const options = { cwd: project, encoding: 'utf8', env: { ...process.env, ...QUIET } };
    const said = execFileSync(join(here, 'node_modules/.bin', program), [...rest, 'server.js'], options);
    const stages = ['create', 'upload', 'convert', 'download', 'delete', 'done'];
    assert.deepEqual(JSON.parse(said), { isConverted: true, stages, refused: 'unauthorized' });
    rmSync(join(project, 'converted'), { recursive: true });
  });
}
