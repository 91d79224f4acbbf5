import { wasm } from '#wasm';

import type { Client } from '../client.js';
import { CloudConvertError } from '../errors.js';
import type { ClientOptions } from '../types.js';

/** The WebAssembly, for all clients. */
let module: ReturnType<typeof wasm> | undefined;

/**
 * Loads the client when it is first wanted, its script and the WebAssembly side by side. A failed load (a lost connection,
 * say) is tried again by the next call.
 */
export async function load(options: ClientOptions): Promise<Client> {
  try {
    if (options.wasm === undefined) (module ??= wasm()).catch(() => undefined);
    const { Client } = await import('../client.js').catch(explain);
    return await Client.load(options, module);
  } catch (error) {
    module = undefined;
    throw error;
  }
}

function explain(error: unknown): never {
  if (!('ServiceWorkerGlobalScope' in globalThis)) throw error;
  const message = 'a service worker cannot load the client when it is first used; import it from cloudconvert-kit/service-worker';
  throw new CloudConvertError({ code: 'bad_request', message }, error);
}
