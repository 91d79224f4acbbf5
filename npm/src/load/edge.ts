import compiled from '#compiled';

import type { Client } from '../client.js';
import type { ClientOptions } from '../types.js';

/** The client is in the same file already, and the bundler has compiled the WebAssembly. */
export async function load(options: ClientOptions): Promise<Client> {
  const { Client } = await import('../client.js');
  return Client.load({ ...options, wasm: options.wasm ?? compiled });
}
