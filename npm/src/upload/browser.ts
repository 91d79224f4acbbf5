import { upload } from '../browser/upload.js';
import type { Runtime } from '../host.js';

/** What browsers do for an upload. */
export const runtime: Pick<Runtime, 'failure' | 'open' | 'upload'> & { takesPieces?: undefined } = {
  upload,

  // Browsers do not tell why a request failed.
  failure: () => ({}),

  open: async () => {
    throw new TypeError('a browser opens no paths; give a File or a Blob');
  },
};
