import type { Runtime } from '../host.js';
import { upload } from './upload.js';

/** What browsers do. */
export const runtime: Runtime = {
  seesRedirects: false,

  // A Blob of an answer goes past the page; what the page reads, it has to hand on again.
  takesPieces: true,

  fetch: (request, signal) => fetch(request, { signal }),

  upload,

  // Browsers do not tell why a request failed.
  permanent: () => undefined,

  open: async () => {
    throw new TypeError('a browser opens no paths; give a File or a Blob');
  },

  store: async () => {
    throw new TypeError('a browser saves to no paths; use the files of the result');
  },
};
