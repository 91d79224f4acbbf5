// Bundles the package for browsers, Node and the edge over one WebAssembly, and writes the types.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build, transform } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
/** With both versions of the API, and everything; pages load the one of theirs first. */
const WASM = 'cloudconvert_wasm_bg.wasm';
const PAGES = ['cloudconvert_wasm_v1_bg.wasm', 'cloudconvert_wasm_v2_bg.wasm'];
const SIGNING = 'cloudconvert_wasm_signing_bg.wasm';
/** Without conversions, for pages that only upload. */
const UPLOAD = 'cloudconvert_wasm_upload_bg.wasm';

/** The same for Node, where the forms are framed. */
const FRAMING = 'cloudconvert_wasm_upload_framing_bg.wasm';

/** Of the element, beside English. */
const LANGUAGES = ['de', 'es', 'fr'];

/** Leaves what is imported by such a name to another file. */
const leave = (filter, path) => ({
  name: `leave-${path}`,
  setup: ({ onResolve }) => onResolve({ filter }, () => ({ path, external: true })),
});
/** A WebAssembly as a part of a script. */
const packed = (wasm) => ({
  name: 'packed',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^#packed$/ }, () => ({ path: `wasm/${wasm}`, namespace: 'packed' }));
    onLoad({ filter: /./, namespace: 'packed' }, ({ path }) => ({ contents: gzipSync(readFileSync(path), { level: 9 }).toString('base64'), loader: 'text' }));
  },
});
/** A style sheet as a part of a script. */
const styles = {
  name: 'styles',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), { loader: 'css', minify: true, target: 'es2022' });
      // esbuild leaves the spaces in values of custom properties.
      return { contents: code.trim().replace(/(?<=--[\w-]+:|,) /g, ''), loader: 'text' };
    }),
};

/** Writes `dist/RUNTIME/NAME`. */
const bundle = (runtime, name, entry, { load = 'eager', host = 'browser', wasm = WASM, plugins = [], alias, ...options } = {}) =>
  build({
    entryPoints: [entry],
    outfile: `dist/${runtime}/${name}`,
    platform: host,
    bundle: true,
    minify: true,
    sourcemap: load === 'lazy',
    format: 'esm',
    target: 'es2022',
    plugins: [...plugins, packed(wasm)],
    ...options,
    alias: { '#host': `./src/${host}/host.ts`, '#unpack': `./src/${host}/unpack.ts`, '#wasm': './src/browser/wasm.ts', '#upload-wasm': './src/upload/inside.ts', '#load': `./src/load/${load}.ts`, ...alias },
  });

// One script serves the WebAssembly of every page, and what a page gives as `wasm` may be the whole: it imports the same.
const script = (wasm) => readFileSync(`wasm/${wasm.replace('_bg.wasm', '.js')}`, 'utf8');
const imports = (wasm) => script(wasm).match(/const import0 = \{[^]*?\n    \};/)[0];
if (script(PAGES[0]) !== script(PAGES[1])) throw new Error(`${PAGES.join(' and ')} need two scripts`);
for (const wasm of PAGES) if (imports(wasm) !== imports(WASM)) throw new Error(`${wasm} imports something else than ${WASM}`);
/** What wasm-bindgen writes and the package never needs: what it runs is freed, every text may be written in two steps, and it starts in one way. */
const UNUSED = [
  [/^const \w+Finalization = [^]*?;\n/gm, ''],
  [/^ +\w+Finalization\.(un)?register\(.*\n/gm, ''],
  [/^if \(Symbol\.dispose\) .*\n/m, ''],
  [/^    if \(realloc === undefined\) \{[^]*?^    \}\n/m, ''],
  [/^async function __wbg_load[^]*?^export .*$/m, readFileSync('scripts/start.js', 'utf8')],
];
const lighter = (script) =>
  UNUSED.reduce((text, [part, instead]) => {
    if (text.search(part) < 0) throw new Error(`wasm-bindgen writes another script now: look for ${part}`);
    return text.replace(part, instead);
  }, script);
/** Takes the script of pages, which lacks what only the whole has. */
const scriptOf = (wasm) => ({
  name: 'script',
  setup({ onResolve, onLoad }) {
    onLoad({ filter: /\/cloudconvert_wasm\w*\.js$/ }, ({ path }) => ({ contents: lighter(readFileSync(path, 'utf8')) }));
    onResolve({ filter: /\/cloudconvert_wasm\.js$/ }, () => ({ path: join(process.cwd(), `wasm/${wasm.replace('_bg.wasm', '.js')}`) }));
  },
});
const lean = scriptOf(PAGES[0]);
const uploads = scriptOf(UPLOAD);

rmSync('dist', { recursive: true, force: true });
// A page loads the face, and what is behind it when that is first used.
const lazy = { load: 'lazy' };
await bundle('browser', 'index.js', 'src/index.ts', { ...lazy, plugins: [leave(/\/client\.js$/, './client.js'), leave(/\/whole\.js$/, './whole.js')] });
// What a client shares with the face, it takes from there: one file less for a page to wait for.
const shared = [leave(/\/errors\.js$/, './index.js'), leave(/\/unpacked\.js$/, './unpacked.js')];
const stream = leave(/\/stream\.js$/, './stream.js');
await bundle('browser', 'client.js', 'src/client.ts', { ...lazy, plugins: [lean, stream, ...shared] });
// With everything, for pages that use more than that.
await bundle('browser', 'whole.js', 'src/whole.ts', { ...lazy, plugins: [stream, ...shared] });
// To the disk of a visitor.
await bundle('browser', 'stream.js', 'src/stream.ts', { ...lazy, plugins: shared });
// For pages whose bundler loses the WebAssembly.
await bundle('browser', 'unpacked.js', 'src/unpacked.ts');
// Service workers load nothing later, and a page that uploads at once waits for one file only: each version whole.
for (const version of [1, 2]) await bundle('browser', `v${version}.js`, 'src/index.ts', { load: 'one', wasm: PAGES[version - 1], plugins: [lean] });
// The element stands on the face. Its other languages, and what few pages use, are loaded when they are wanted.
const face = leave(/^\.\.\/index\.js$/, './index.js');
const PARTS = ['left', 'folders', 'ticket'];
const later = [...PARTS.map((name) => leave(new RegExp(`^\\./${name}\\.js$`), `./element-${name}.js`)), ...LANGUAGES.map((name) => leave(new RegExp(`/words/${name}\\.js$`), `./words/${name}.js`))];
await bundle('browser', 'element.js', 'src/element/index.ts', { ...lazy, charset: 'utf8', tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } }, plugins: [styles, ...later, face] });
for (const name of PARTS) await bundle('browser', `element-${name}.js`, `src/element/${name}.ts`, { ...lazy, plugins: [face, leave(/\/resume\/index\.js$/, './resume.js')] });
for (const name of LANGUAGES) await bundle('browser/words', `${name}.js`, `src/element/words/${name}.ts`, { charset: 'utf8' });
await bundle('browser', 'resume.js', 'src/resume/index.ts', { ...lazy, plugins: [face, leave(/\/errors\.js$/, './index.js')] });
await bundle('browser', 'uppy.js', 'src/uppy/index.ts', { ...lazy, external: ['@uppy/core'], plugins: [face, leave(/\/resume\/index\.js$/, './resume.js')] });
// Alone, with a WebAssembly of its own.
await bundle('browser', 'upload.js', 'src/upload/index.ts', { ...lazy, alias: { '#host': './src/upload/browser.ts', '#upload-wasm': './src/upload/wasm.ts' }, plugins: [uploads, leave(/\/unpacked\.js$/, './unpacked-upload.js')] });
await bundle('browser', 'unpacked-upload.js', 'src/unpacked.ts', { wasm: UPLOAD });
await bundle('edge', 'index.js', 'src/index.ts', { load: 'edge', plugins: [leave(/^#compiled$/, `../${WASM}?module`), leave(/\/unpacked\.js$/, '../browser/unpacked.js')] });
// Whoever reads an error of Node's wants names; nobody waits for the bytes.
const node = { host: 'node', minify: false };
await bundle('node', 'index.cjs', 'src/index.ts', { ...node, format: 'cjs' });
await bundle('node', 'module.js', 'src/index.ts', node);
// Node itself has one of them, whether it is imported or required, so that there is one class of errors.
writeFileSync('dist/node/index.js', "export { CloudConvert, CloudConvertError } from './index.cjs';\n");
const uploading = { ...node, wasm: FRAMING, alias: { '#host': './src/upload/node.ts' }, plugins: [scriptOf(FRAMING)] };
await bundle('node', 'upload.cjs', 'src/upload/index.ts', { ...uploading, format: 'cjs' });
await bundle('node', 'upload-module.js', 'src/upload/index.ts', uploading);
writeFileSync('dist/node/upload.js', "export { CloudConvertError, upload } from './upload.cjs';\n");
// For servers of every kind, apart from what pages load.
const signing = { wasm: SIGNING, platform: 'neutral' };
await bundle('.', 'signing.js', 'src/signing.ts', signing);
await bundle('.', 'signing.cjs', 'src/signing.ts', { ...signing, format: 'cjs' });
await bundle('.', 'relay.js', 'src/relay/index.ts', { platform: 'neutral' });
await bundle('.', 'relay.cjs', 'src/relay/index.ts', { platform: 'neutral', format: 'cjs' });
for (const wasm of [WASM, SIGNING, UPLOAD, ...PAGES]) copyFileSync(`wasm/${wasm}`, `dist/${wasm}`);

execFileSync('npx', ['tsc'], { stdio: 'inherit' });
// What stands behind the faces is nobody's business.
const FACE = /^(index|signing|errors|face\/.*|types\/.*|relay\/(index|options|node)|upload\/(index|options))$/;
/** For pages alone, which import and do not require. */
const PAGE_FACE = /^(uppy\/index|resume\/(index|options)|element\/(index|element|attributes|events|item|words|words\/en))$/;
for (const entry of readdirSync('dist/types', { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
  const path = join(entry.parentPath, entry.name);
  const name = relative('dist/types', path).replace(/\.d\.ts$/, '');
  if (!FACE.test(name) && !PAGE_FACE.test(name)) rmSync(path);
  // The same for `require`, where the names of files say what they are.
  if (FACE.test(name)) writeFileSync(path.replace(/\.d\.ts$/, '.d.cts'), readFileSync(path, 'utf8').replace(/(['"]\.{1,2}\/[\w/]+)\.js/g, '$1.cjs'));
}
copyFileSync('src/wasm-file.d.ts', 'dist/types/wasm.d.ts');
