import { readFile } from 'node:fs/promises';

import type { Runtime } from '../host.ts';
import { DiskFile } from './file.ts';
import { FileStore } from './store.ts';
import { upload } from './upload.ts';

/** What Node does. */
export const runtime: Runtime = {
  seesRedirects: true,

  upload,

  wasm: async () => new Uint8Array(await readFile(new URL('./cloudconvert_wasm_bg.wasm', import.meta.url))),

  open: DiskFile.open,

  store: (saveTo, several) => FileStore.at(saveTo, several),
};
