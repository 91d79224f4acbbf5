import type { Runtime } from '../host.js';
import { StreamStore } from '../stream.js';
import { failure } from './failure.js';
import { DiskFile } from './file.js';
import { explained } from './handshake.js';
import { placeOf } from './place.js';
import { native } from './signal.js';
import { special } from './special.js';
import { FileStore } from './store.js';
import { upload } from './upload.js';

/** What Node does. */
export const runtime: Runtime = {
  seesRedirects: true,

  takesPieces: false,

  async fetch(request, { signal, ...how }) {
    try {
      return await fetch(request, { ...how, signal: native(signal) });
    } catch (error) {
      throw signal.aborted ? error : await explained(error, request.url);
    }
  },

  upload,

  failure,

  open: DiskFile.open,

  async store(saveTo, several, overwrite) {
    if (typeof saveTo !== 'string') return StreamStore.at(saveTo, several);
    const place = await placeOf(saveTo, several);
    return place.does === 'stream' ? special(place) : FileStore.at(place, overwrite);
  },
};
