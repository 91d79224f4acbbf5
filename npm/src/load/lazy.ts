import { isSecond, wasm } from '#wasm';

import type { Client } from '../client.js';
import { CloudConvertError, type ErrorCode } from '../errors.js';
import type { ClientOptions } from '../types/index.js';

/** The WebAssembly, for all clients: what pages use first, and the whole. */
const modules: Promise<Response>[] = [];
/** The version that pages use first. */
let first: boolean | undefined;

/**
 * Loads a client when it is first wanted, its script and the WebAssembly side by side. A failed load (a lost connection,
 * say) is tried again by the next call.
 */
export async function load(options: ClientOptions, whole: boolean): Promise<Client> {
  if (!options.wasm) {
    const second = isSecond(options);
    // A script runs one WebAssembly, so clients of the other version take the whole.
    whole ||= second !== (first ??= second);
    (modules[+whole] ??= wasm(second, whole)).catch(() => undefined);
  }
  try {
    const { Client } = await (whole ? import('../whole.js') : import('../client.js')).catch(explain);
    return await Client.load(options, modules[+whole]);
  } catch (error) {
    delete modules[+whole];
    throw error;
  }
}

function explain(error: unknown): never {
  // Service workers may not load scripts later.
  const code: ErrorCode = 'ServiceWorkerGlobalScope' in globalThis ? 'bad_request' : 'network';
  throw new CloudConvertError({ code, message: 'cannot load: check the network or use cloudconvert-kit/v2' }, error);
}
