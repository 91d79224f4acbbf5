// Fails when a page would have to load more than was promised.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMITS = { 'before first use': 2 * 1024, 'the whole client': 64_893 };

const dist = new URL('../dist/', import.meta.url);
const read = (name) => readFileSync(new URL(name, dist));
/** Instead of all the others: for service workers, and where the WebAssembly is not found. */
const INSTEAD = ['service-worker.js', 'unpacked.js'];
const scripts = readdirSync(new URL('browser/', dist)).filter((name) => name.endsWith('.js') && !INSTEAD.includes(name)).map((name) => `browser/${name}`);
const files = [...scripts, 'cloudconvert_wasm_bg.wasm'];
const sizes = Object.fromEntries(files.map((name) => [name, gzipSync(read(name), { level: 9 }).length]));

// What index.js imports statically is loaded with it.
const imported = [...String(read('browser/index.js')).matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)].map(([, name]) => `browser/${name}`);
const sum = (names) => names.reduce((total, name) => total + sizes[name], 0);
const totals = { 'before first use': sum(['browser/index.js', ...imported]), 'the whole client': sum(files) };

console.table(sizes);
for (const [what, limit] of Object.entries(LIMITS)) {
  console.log(`${what}: ${totals[what]} bytes gzipped, at most ${limit}`);
  if (!(totals[what] <= limit)) process.exitCode = 1;
}
