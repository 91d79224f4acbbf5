import { runtime } from '#host';

import type { Fetch } from './host.js';

/** Sends a request by what the user has chosen for it, or by the runtime. */
export async function send(request: Request, signal: AbortSignal, chosen: Fetch | undefined): Promise<Response> {
  if (!chosen) return runtime.fetch(request, signal);
  // It may have a class `Request` of its own, so it gets the parts.
  const { url, method, headers, redirect, credentials, cache, referrerPolicy } = request;
  const body = request.body && (await request.clone().arrayBuffer());
  return chosen(url, { method, headers: [...headers], body, redirect, credentials, cache, referrerPolicy, signal });
}
