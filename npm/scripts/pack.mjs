// Before the package is packed: what has to be in it.
import { copyFileSync, existsSync } from 'node:fs';

const at = (path) => new URL(`../${path}`, import.meta.url);
if (!existsSync(at('dist/types/wasm.d.ts'))) throw new Error('the package is not built; run cargo xtask build');
for (const licence of ['LICENSE-APACHE', 'LICENSE-MIT']) copyFileSync(at(`../${licence}`), at(licence));
