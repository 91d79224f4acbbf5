import compiled from '#compiled';

import type { Client } from '../client.js';
import type { ClientOptions } from '../types/index.js';

/** The whole client is in the same file already, and the bundler has compiled the WebAssembly. */
export async function load(options: ClientOptions): Promise<Client> {
  const { Whole } = await import('../whole/calls.js');
  return Whole.load({ ...options, wasm: options.wasm ?? compiled });
}
