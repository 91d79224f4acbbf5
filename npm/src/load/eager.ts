import packed from '#packed';

import { Client } from '../client.js';
import type { ClientOptions } from '../types.js';

/** The client is here already, and so is the WebAssembly. */
export function load(options: ClientOptions): Promise<Client> {
  return Client.load(options, options.wasm === undefined ? unpacked() : undefined);
}

/** As it would come from a server. */
async function unpacked(): Promise<Response> {
  const bytes = new Blob([Uint8Array.from(atob(packed), (character) => character.charCodeAt(0))]);
  const stream = bytes.stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream, { headers: { 'Content-Type': 'application/wasm' } });
}
