// A service that holds requests, so that pages are left in the middle of something.
import { admin, requests } from './sandbox.mjs';

/** What holds the service, once, in a stage, for longer than any test waits. */
export const HELD = {
  upload: { kind: 'upload', delay_ms: 600_000 },
  convert: { kind: 'status', delay_ms: 600_000 },
  download: { kind: 'download', delay_ms: 600_000 },
};

/** Waits until the service holds as many requests as it is to, or all but `left`. */
export async function held(t, left = 0) {
  while ((await admin('faults')).some(({ times }) => times > left)) t.signal.throwIfAborted();
}

/** How many jobs were created since the journal was forgotten. */
export const created = async () => (await requests()).filter(({ method, path }) => method === 'POST' && path === '/v2/jobs').length;
