// Fails when a page would have to load more than was promised.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMITS = { 'before first use': 2 * 1024, 'the whole client': 65 * 1024 };

const folder = new URL('../dist/browser/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.js') || name.endsWith('.wasm'));
const size = (name) => gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length;
const sizes = Object.fromEntries(files.map((name) => [name, size(name)]));

// What index.js imports statically is loaded with it.
const index = readFileSync(new URL('index.js', folder), 'utf8');
const first = ['index.js', ...files.filter((name) => new RegExp(`(from|import)\\s*"\\./${name}"`).test(index))];
const sum = (names) => names.reduce((total, name) => total + sizes[name], 0);
const totals = { 'before first use': sum(first), 'the whole client': sum(files) };

console.table(sizes);
for (const [what, limit] of Object.entries(LIMITS)) {
  console.log(`${what}: ${totals[what]} bytes gzipped, at most ${limit}`);
  if (totals[what] > limit) process.exitCode = 1;
}
