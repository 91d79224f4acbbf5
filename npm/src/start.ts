import init from '../wasm/cloudconvert_wasm.js';

import { CloudConvertError, type ErrorCode } from './errors.js';
import type { ClientOptions } from './types/index.js';

let started: Promise<unknown> | undefined;

/**
 * Starts the WebAssembly for all clients: what the user gives, what was `found` beside the script, or what is inside
 * another one. After a failure the next client tries again.
 */
export async function start(given: ClientOptions['wasm'], found: Promise<Response> | undefined): Promise<void> {
  started ??= given ? init({ module_or_path: given as Response | BufferSource }) : startWith(found);
  await started.catch((error) => {
    started = undefined;
    throw explain(error);
  });
}

async function startWith(found: Promise<Response> | undefined): Promise<void> {
  try {
    const answer = await found;
    // Many servers answer with a page where there is no such file.
    if (answer?.ok && !/html/.test(answer.headers.get('Content-Type')!)) {
      await init({ module_or_path: answer });
      return;
    }
  } catch {
    // The same follows.
  }
  // Some bundlers lose the file. What to do with a script, all of them know.
  const { unpacked } = await import('./unpacked.js');
  await init({ module_or_path: unpacked() });
}

function explain(error: unknown): CloudConvertError {
  // A connection that is lost is a TypeError, as in `fetch`.
  const [code, hint]: [ErrorCode, string] =
    error instanceof TypeError ? ['network', 'check the network'] : ['bad_request', 'allow it in the policy of the page, or give one as `wasm`'];
  return new CloudConvertError({ code, message: `the WebAssembly cannot be loaded: ${(error as Error).message}; ${hint}` }, error);
}
