// Uppy, as a page without a bundler has it.
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

// One file for page and plugin, so that there is one Uppy. The package is loaded as it is.
const contents = "export * from '@uppy/core'; export { default } from '@uppy/core'; export { default as Dashboard } from '@uppy/dashboard';";
const resolveDir = fileURLToPath(new URL('..', import.meta.url));
const { outputFiles: [{ text }] } = await build({ stdin: { contents, resolveDir }, bundle: true, write: false, format: 'esm', logLevel: 'error' });

/** Its files, for a site. */
export const UPPY = { '/uppy.js': text, '/dashboard.js': "export { Dashboard as default } from '@uppy/core';" };

const imports = { '@uppy/core': '/uppy.js', '@uppy/dashboard': '/dashboard.js', 'cloudconvert-kit/uppy': '/kit/browser/uppy.js' };
/** Where a page's scripts find them. */
export const UPPY_IMPORTS = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
