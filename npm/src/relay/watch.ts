import type { Call } from './call.js';

/** In milliseconds: when it is asked first, and the longest pause between two questions. */
const FIRST = 5_000;
const LONGEST = 60_000;

/**
 * Asks about a conversion that runs until `look` knows the sizes of its inputs. Its page may never ask, and then one that is
 * too large would be converted to its end.
 */
export async function watch({ who, limits, rules }: Call, id: string, look: () => Promise<boolean>): Promise<void> {
  if (rules.maxSize === undefined || !limits.watches(who, id)) return;
  for (let pause = FIRST; limits.runs(who, id); pause = Math.min(pause * 1.5, LONGEST)) {
    await new Promise<void>((resolve) => keepsNothing(setTimeout(resolve, pause)));
    // A service that cannot be reached now is asked again.
    if (limits.runs(who, id) && (await look().catch(() => false))) return;
  }
}

/** A server that is to end does not wait for this. */
function keepsNothing(timer: number | { unref?: () => unknown }): void {
  if (typeof timer === 'object') timer.unref?.();
}
