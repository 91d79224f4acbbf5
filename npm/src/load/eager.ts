import { Client } from '../client.js';
import { unpacked } from '../unpacked.js';
import type { ClientOptions } from '../types.js';

/** The client is here already, and so is the WebAssembly. */
export function load(options: ClientOptions): Promise<Client> {
  return Client.load(options, options.wasm === undefined ? unpacked() : undefined);
}
