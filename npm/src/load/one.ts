import type { Client } from '../client.js';
import { CloudConvertError } from '../errors.js';
import type { ClientOptions } from '../types/index.js';

/** What pages use first is in the same file already, the WebAssembly included. */
export async function load(options: ClientOptions, whole: boolean): Promise<Client> {
  if (whole) {
    throw new CloudConvertError({ code: 'bad_request', message: 'this call or option is not in the file of one version; import cloudconvert-kit' });
  }
  const { Client } = await import('../client.js');
  return Client.load(options);
}
