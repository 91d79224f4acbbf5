import type { Runtime } from '../host.js';
import { DiskFile } from './file.js';
import { FileStore } from './store.js';
import { upload } from './upload.js';

/** What Node does. */
export const runtime: Runtime = {
  seesRedirects: true,

  upload,

  open: DiskFile.open,

  store: (saveTo, several) => FileStore.at(saveTo, several),
};
