import { runtime } from '#host';

import type { Fetch } from './host.js';

/** How every request is sent: as if nobody had been here before. */
const PLAIN = { credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer' } as const;

/** Sends a request by what the user has chosen for it, or by the runtime. */
export async function send(request: Request, redirect: 'follow' | 'manual', signal: AbortSignal, chosen: Fetch | undefined): Promise<Response> {
  const how = { ...PLAIN, redirect, signal };
  if (!chosen) return runtime.fetch(request, how);
  // It may have a class `Request` of its own, so it gets the parts.
  const { url, method, headers } = request;
  const body = request.body && (await request.clone().arrayBuffer());
  return chosen(url, { method, headers: [...headers], body, ...how });
}
