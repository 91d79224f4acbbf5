// Bundles the package for browsers and for Node over one WebAssembly, and writes the types.
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
rmSync('dist', { recursive: true, force: true });
for (const platform of ['browser', 'node']) {
  await build({
    entryPoints: ['src/index.ts'],
    outdir: `dist/${platform}`,
    platform,
    alias: { '#host': `./src/${platform}/host.ts` },
    bundle: true,
    // What is behind the face is a file of its own, loaded when it is first used.
    splitting: true,
    minify: true,
    sourcemap: true,
    format: 'esm',
    target: 'es2022',
  });
}
copyFileSync('wasm/cloudconvert_wasm_bg.wasm', 'dist/cloudconvert_wasm_bg.wasm');
execFileSync('npx', ['tsc'], { stdio: 'inherit' });
// The face is `index`, `types` and `errors`; what is behind it is nobody's business.
for (const inner of ['browser', 'node', 'bridge.d.ts', 'client.d.ts', 'host.d.ts', 'memory.d.ts', 'source.d.ts']) {
  rmSync(`dist/types/${inner}`, { recursive: true });
}
