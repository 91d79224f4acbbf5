import { readFile } from 'node:fs/promises';

import type { Runtime } from '../host.js';
import { DiskFile } from './file.js';
import { FileStore } from './store.js';
import { upload } from './upload.js';

/** What Node does. */
export const runtime: Runtime = {
  seesRedirects: true,

  upload,

  wasm: async () => new Uint8Array(await readFile(new URL('../cloudconvert_wasm_bg.wasm', import.meta.url))),

  open: DiskFile.open,

  store: (saveTo, several) => FileStore.at(saveTo, several),
};
