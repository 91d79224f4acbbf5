// Bundles the package for browsers and for Node over one WebAssembly, and writes the types.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const WASM = 'wasm/cloudconvert_wasm_bg.wasm';
const SIGNING = 'wasm/cloudconvert_wasm_signing_bg.wasm';

/** Leaves a module to another file of the package. */
const leave = (module, file) => ({
  name: `leave-${module}`,
  setup: ({ onResolve }) => onResolve({ filter: new RegExp(`/${module}\\.js$`) }, () => ({ path: `./${file}.js`, external: true })),
});
/** A WebAssembly as a part of a script. */
const packed = (wasm) => ({
  name: 'packed',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^#packed$/ }, () => ({ path: fileURLToPath(new URL(`../${wasm}`, import.meta.url)), namespace: 'packed' }));
    onLoad({ filter: /./, namespace: 'packed' }, ({ path }) => ({ contents: gzipSync(readFileSync(path), { level: 9 }).toString('base64'), loader: 'text' }));
  },
});

rmSync('dist', { recursive: true, force: true });
const bundle = (platform, name, entry, { load = 'lazy', ...options } = {}) =>
  build({
    entryPoints: { [name]: entry },
    outdir: `dist/${platform}`,
    platform,
    alias: { '#host': `./src/${platform}/host.ts`, '#wasm': `./src/${platform}/wasm.ts`, '#load': `./src/load/${load}.ts` },
    bundle: true,
    minify: true,
    sourcemap: true,
    format: 'esm',
    target: 'es2022',
    ...options,
  });
for (const platform of ['browser', 'node']) {
  // What is behind the face is a file of its own, loaded when it is first used.
  await bundle(platform, 'index', 'src/index.ts', { plugins: [leave('client', 'client')] });
  // What it shares with the face, it takes from there: one file less for a page to wait for.
  await bundle(platform, 'client', 'src/client.ts', { plugins: [leave('errors', 'index')] });
}
// Service workers load nothing later, so there all is one file.
await bundle('browser', 'service-worker', 'src/index.ts', { load: 'eager', plugins: [packed(WASM)] });
// For servers of every kind, apart from what pages load.
await bundle('neutral', 'signing', 'src/signing.ts', { alias: {}, outdir: 'dist', plugins: [packed(SIGNING)] });
for (const wasm of [WASM, SIGNING]) copyFileSync(wasm, wasm.replace('wasm/', 'dist/'));
execFileSync('npx', ['tsc'], { stdio: 'inherit' });
// The face is `index`, `types` and `errors`; what is behind it is nobody's business.
for (const inner of ['browser', 'load', 'node', 'bridge.d.ts', 'client.d.ts', 'driver.d.ts', 'host.d.ts', 'machine.d.ts', 'memory.d.ts', 'source.d.ts', 'unpacked.d.ts']) {
  rmSync(`dist/types/${inner}`, { recursive: true });
}
