import { CloudConvertError } from '../errors.js';
import type { Runtime } from '../host.js';
import { upload } from './upload.js';

let warned = false;

/** What browsers do. */
export const runtime: Runtime = {
  seesRedirects: false,

  // A Blob of an answer goes past the page; what the page reads, it has to hand on again.
  takesPieces: true,

  fetch: (request, how) => fetch(request, how),

  upload,

  // Browsers do not tell why a request failed, nor whether it had left.
  failure: () => ({}),

  open: async () => {
    throw new TypeError('a browser opens no paths; give a File or a Blob');
  },

  // Few pages write to a disk, so only those load it.
  async store(saveTo, several) {
    const { StreamStore } = await import('../stream.js').catch((error: unknown) => {
      throw new CloudConvertError({ code: 'network', message: 'cannot load: check the network' }, error);
    });
    return StreamStore.at(saveTo, several);
  },

  // Workers of a page have such an address too, and servers with the interfaces of browsers have none.
  warn() {
    if (warned || !('document' in globalThis || 'WorkerLocation' in globalThis)) return;
    warned = true;
    console.warn('cloudconvert-kit: whoever opens this page can read its API key; use prepare and a ticket, or cloudconvert-kit/relay');
  },
};
