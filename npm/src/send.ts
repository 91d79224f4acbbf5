import { runtime } from '#host';

import type { Fetch } from './host.js';

/** How a request is sent. */
export interface How {
  redirect: 'follow' | 'manual';
  credentials: RequestCredentials;
  signal: AbortSignal;
}

/** Sends a request by what the user has chosen for it, or by the runtime: nothing is taken from a cache, and nobody is told of the page. */
export async function send(request: Request, given: How, chosen: Fetch | undefined): Promise<Response> {
  const how = { ...given, cache: 'no-store', referrerPolicy: 'no-referrer' } as const;
  if (!chosen) return runtime.fetch(request, how);
  // It may have a class `Request` of its own, so it gets the parts.
  const { url, method, headers } = request;
  const body = request.body && (await request.clone().arrayBuffer());
  return chosen(url, { method, headers: [...headers], body, ...how });
}
