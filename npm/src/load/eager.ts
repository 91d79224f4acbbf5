import type { Client } from '../client.js';
import { CloudConvertError } from '../errors.js';
import type { ClientOptions } from '../types/index.js';

/** The whole client and the WebAssembly are in the same file already, and begin when they are first wanted. */
export async function load(options: ClientOptions): Promise<Client> {
  const { Whole } = await import('../whole/calls.js').catch(({ message }: Error) => {
    const hint = 'use a runtime that has it; in Jest, the environment node';
    throw new CloudConvertError({ code: 'bad_request', message: `the client cannot be loaded: ${message}; ${hint}` });
  });
  return Whole.load(options);
}
