import type { Runtime } from '../host.js';
import { StreamStore } from '../stream.js';
import { failure } from './failure.js';
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

  failure,

  open: DiskFile.open,

  store: async (saveTo, several, overwrite) => (typeof saveTo === 'string' ? FileStore.at(saveTo, several, overwrite) : StreamStore.at(saveTo, several)),
};
