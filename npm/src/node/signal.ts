import util from 'node:util';

/** Makes Node's own controllers, whatever stands in their global place, as in a test with a simulated page. */
const controller = (): AbortController => util.transferableAbortController?.() ?? new AbortController();

const Native = controller().signal.constructor as typeof AbortSignal;

/** The same signal as one that Node's `fetch` takes. */
export function native(signal: AbortSignal): AbortSignal {
  if (signal instanceof Native) return signal;
  const [other, own] = [signal as AbortSignal, controller()];
  const abort = () => own.abort(other.reason);
  if (other.aborted) abort();
  else other.addEventListener('abort', abort, { once: true });
  return own.signal;
}
