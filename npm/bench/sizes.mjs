// What a page loads to upload or to convert, beside what it would load of others: bundled by esbuild where they are made for that, and
// gzipped as the package's own.
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { gzipped, totals } from '../scripts/sizes.mjs';

/** A page's script with each of the peers. */
const PEERS = {
  axios: "import axios from 'axios'; globalThis.send = (file) => axios.postForm('/upload', { file });",
  'tus-js-client': "import { Upload } from 'tus-js-client'; globalThis.send = (file) => new Upload(file, { endpoint: '/files' }).start();",
  '@uppy/core + @uppy/xhr-upload': "import Uppy from '@uppy/core'; import XHRUpload from '@uppy/xhr-upload'; globalThis.uppy = new Uppy().use(XHRUpload, { endpoint: '/upload' });",
  '@uppy/core + @uppy/transloadit': "import Uppy from '@uppy/core'; import Transloadit from '@uppy/transloadit'; globalThis.uppy = new Uppy().use(Transloadit, { assemblyOptions: {} });",
};

async function bundled(contents) {
  const stdin = { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) };
  const { outputFiles: [{ contents: script }] } = await build({ stdin, bundle: true, minify: true, write: false, format: 'esm', target: 'es2022', logLevel: 'error' });
  return gzipped(script);
}

export async function sizes() {
  const peers = await Promise.all(Object.entries(PEERS).map(async ([name, script]) => [name, await bundled(script)]));
  console.log('what a page loads, in bytes, gzipped');
  for (const [name, bytes] of [...Object.entries(totals), ...peers]) console.log(`  ${name.padEnd(31)} ${bytes.toLocaleString('en')}`);
}
