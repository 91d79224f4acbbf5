// What a page loads of the package, gzipped, as `dist` has it.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
/** Not for every page: whole versions, where the WebAssembly is not found, and what few pages use. */
const INSTEAD = ['v1.js', 'v2.js', 'unpacked.js', 'whole.js'];
/** Beside them, for who wants it. */
const BESIDE = ['stream.js', 'element.js', 'element-left.js', 'element-folders.js', 'element-ticket.js', 'resume.js', 'uppy.js'];
/** Alone, with a WebAssembly of its own, and where that is not found. */
const ALONE = ['upload.js', 'unpacked-upload.js'];

const read = (name) => readFileSync(new URL(name, dist));
export const gzipped = (content) => gzipSync(content, { level: 9 }).length;
const size = (name) => gzipped(read(name));
const sum = (names) => names.reduce((total, name) => total + files[name], 0);
const module = (version) => `cloudconvert_wasm_${version}_bg.wasm`;

const scripts = readdirSync(new URL('browser/', dist)).filter((name) => name.endsWith('.js') && ![...INSTEAD, ...BESIDE, ...ALONE].includes(name)).map((name) => `browser/${name}`);
// What index.js imports statically is loaded with it.
const imported = [...String(read('browser/index.js')).matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)].map(([, name]) => `browser/${name}`);

/** Each file that a client is made of. */
export const files = Object.fromEntries([...scripts, module('v1'), module('v2')].map((name) => [name, size(name)]));
/** Each file that few pages load. */
export const others = Object.fromEntries([...BESIDE, ...INSTEAD, ...readdirSync(new URL('browser/words/', dist)).map((name) => `words/${name}`)].map((name) => [name, size(`browser/${name}`)]));
/** What pages load for what they do. */
export const totals = {
  'before first use': sum(['browser/index.js', ...imported]),
  'an upload alone': size('browser/upload.js') + size(module('upload')),
  'the client of version 1': sum([...scripts, module('v1')]),
  'the client of version 2': sum([...scripts, module('v2')]),
  'the element beside the client': size('browser/element.js'),
};
