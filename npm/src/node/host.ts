import { openAsBlob } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';

import type { Runtime } from '../host.ts';
import { FileStore } from './store.ts';

/** What Node does: uploads by `fetch` with a stream that counts, files read and written as streams. */
export const runtime: Runtime = {
  seesRedirects: true,

  upload: async (method, url, headers, body, sent, signal) => {
    let bytes = 0;
    const count = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk);
        sent((bytes += chunk.length));
      },
    });
    const init = {
      method,
      headers: [...headers, ['content-length', String(body.size)]] as [string, string][],
      body: body.stream().pipeThrough(count),
      duplex: 'half',
      redirect: 'manual',
      signal,
    };
    const response = await fetch(url, init as RequestInit);
    return { status: response.status, headers: [...response.headers], text: await response.text() };
  },

  wasm: async () => new Uint8Array(await readFile(new URL('./cloudconvert_wasm_bg.wasm', import.meta.url))),

  open: async (path) => {
    if (!(await stat(path)).isFile()) throw new TypeError(`${path} is not a file`);
    return { blob: await openAsBlob(path), name: basename(path) };
  },

  store: (saveTo) => new FileStore(saveTo),
};
