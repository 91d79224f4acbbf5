import { Run } from '../wasm/cloudconvert_wasm.js';
import type { Bridge } from './bridge.js';
import type { Action, Event, Sending } from './machine.js';

/** Longer timers than 2^31 ms strike at once. The loop asks again anyway. */
const LONGEST = 2_000_000_000;

/** Runs a wish to its end: asks the machine what to do, does it, tells it what happened, asks again. It decides nothing. */
export async function drive(wish: object, bridge: Bridge): Promise<unknown> {
  const machine = new Run(wish);
  let out = new AbortController();
  let cancelled = false;
  let wake = () => {};
  bridge.onAbort = () => wake();

  const send = (sending: Sending) => {
    const { signal } = (out = new AbortController());
    const tell = (event: Event) => {
      if (signal.aborted) return;
      machine.handle({ id: sending.id, ...event });
      bridge.progress(machine.progress());
    };
    bridge
      .perform(sending, signal, tell, (head) => machine.begun(sending.id, head))
      .then(tell)
      .finally(() => wake());
  };

  const pause = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => wake(), Math.min(milliseconds, LONGEST));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  try {
    for (;;) {
      if (bridge.aborted && !cancelled) {
        cancelled = true;
        machine.cancel();
      }
      const action: Action = machine.poll();
      bridge.progress(machine.progress());
      if ('done' in action) return action.done;
      if ('error' in action) throw action.error;
      if ('busy' in action) {
        await pause(action.busy);
        continue;
      }
      // Where the machine says anything else, it waits for the last request no longer.
      out.abort();
      if ('id' in action) send(action);
      else await pause(action.wait);
    }
  } finally {
    out.abort();
    machine.free();
  }
}
