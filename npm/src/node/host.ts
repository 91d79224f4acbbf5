import type { Runtime } from '../host.js';
import { permanent } from './failure.js';
import { DiskFile } from './file.js';
import { native } from './signal.js';
import { FileStore } from './store.js';
import { upload } from './upload.js';

/** What Node does. */
export const runtime: Runtime = {
  seesRedirects: true,

  takesPieces: false,

  fetch: (request, signal) => fetch(request, { signal: native(signal) }),

  upload,

  permanent,

  open: DiskFile.open,

  store: FileStore.at,
};
