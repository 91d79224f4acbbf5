// Fails when a page would have to load more than was promised.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMITS = { 'before first use': 2 * 1024, 'the client of version 1': 56_400, 'the client of version 2': 70_400, 'the element beside the client': 8 * 1024, 'an upload alone': 30_100 };

const dist = new URL('../dist/', import.meta.url);
const read = (name) => readFileSync(new URL(name, dist));
/** Not for every page: whole versions, where the WebAssembly is not found, and what few pages use. */
const INSTEAD = ['v1.js', 'v2.js', 'unpacked.js', 'whole.js'];
/** Beside them, for who wants it. */
const BESIDE = ['element.js', 'element-left.js', 'element-folders.js', 'element-ticket.js', 'resume.js', 'uppy.js'];
/** Alone, with a WebAssembly of its own, and where that is not found. */
const ALONE = ['upload.js', 'unpacked-upload.js'];
const UPLOAD = 'cloudconvert_wasm_upload_bg.wasm';
const scripts = readdirSync(new URL('browser/', dist)).filter((name) => name.endsWith('.js') && ![...INSTEAD, ...BESIDE, ...ALONE].includes(name)).map((name) => `browser/${name}`);
const module = (version) => `cloudconvert_wasm_v${version}_bg.wasm`;
const files = [...scripts, module(1), module(2)];
const size = (name) => gzipSync(read(name), { level: 9 }).length;
const sizes = Object.fromEntries(files.map((name) => [name, size(name)]));

// What index.js imports statically is loaded with it.
const imported = [...String(read('browser/index.js')).matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)].map(([, name]) => `browser/${name}`);
const sum = (names) => names.reduce((total, name) => total + sizes[name], 0);
const totals = { 'before first use': sum(['browser/index.js', ...imported]), 'the client of version 1': sum([...scripts, module(1)]), 'the client of version 2': sum([...scripts, module(2)]), 'the element beside the client': size('browser/element.js'), 'an upload alone': size('browser/upload.js') + size(UPLOAD) };

console.table(sizes);
for (const name of BESIDE) console.log(`${name}: ${size(`browser/${name}`)} bytes gzipped`);
for (const version of [1, 2]) console.log(`version ${version} in one file: ${size(`browser/v${version}.js`)} bytes gzipped`);
for (const name of readdirSync(new URL('browser/words/', dist))) console.log(`the element's ${name}: ${size(`browser/words/${name}`)} bytes gzipped`);
for (const [what, limit] of Object.entries(LIMITS)) {
  console.log(`${what}: ${totals[what]} bytes gzipped, at most ${limit}`);
  if (!(totals[what] <= limit)) process.exitCode = 1;
}
