// Bundles the package for browsers and for Node, each with the WebAssembly beside it, and writes the types.
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';

import { build } from 'esbuild';

process.chdir(new URL('..', import.meta.url).pathname);
rmSync('dist', { recursive: true, force: true });
for (const [platform, esbuildPlatform] of [['browser', 'browser'], ['node', 'node']]) {
  await build({
    entryPoints: ['src/index.ts'],
    outdir: `dist/${platform}`,
    platform: esbuildPlatform,
    alias: { '#host': `./src/${platform}/host.ts` },
    bundle: true,
    splitting: true,
    minify: true,
    sourcemap: true,
    format: 'esm',
    target: 'es2022',
  });
  copyFileSync('wasm/cloudconvert_wasm_bg.wasm', `dist/${platform}/cloudconvert_wasm_bg.wasm`);
}
execFileSync('npx', ['tsc'], { stdio: 'inherit' });
