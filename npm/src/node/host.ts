import { constants, openAsBlob } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';

import type { Runtime } from '../host.ts';
import { FileStore } from './store.ts';
import { upload } from './upload.ts';

/** What Node does. */
export const runtime: Runtime = {
  seesRedirects: true,

  upload,

  wasm: async () => new Uint8Array(await readFile(new URL('./cloudconvert_wasm_bg.wasm', import.meta.url))),

  open: async (path) => {
    if (!(await stat(path)).isFile()) throw new Error(`${path} is not a file`);
    await access(path, constants.R_OK);
    return { blob: await openAsBlob(path), name: basename(path) };
  },

  store: (saveTo, several) => FileStore.at(saveTo, several),
};
