import type { Hear } from './driver.js';

/** Tells whether there is a network, until the signal ends that. Browsers alone say so. */
export function hearNetwork(hear: Hear, signal: AbortSignal): void {
  const tell = (): void => hear({ online: navigator.onLine });
  if (globalThis.navigator?.onLine === false) tell();
  for (const name of ['online', 'offline']) globalThis.addEventListener?.(name, tell, { signal });
}
