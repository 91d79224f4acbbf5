import { Run } from '../wasm/cloudconvert_wasm.js';
import type { Action, Event, Head, Sending, Settling } from './machine.js';
import { hearNetwork } from './network.js';
import type { Progress } from './types/index.js';
import type { Uploader } from './uploader.js';

/** Longer timers than 2^31 ms strike at once. The loop asks again anyway. */
const LONGEST = 2_000_000_000;

/** A function that is told what no request has brought: a callback, a break of the network. */
export type Hear = (event: Event) => void;

/** What is told what happens to requests: a machine, or a member of many. */
export interface Told {
  handle(event: Event & { id?: number }): void;
  begun(id: number, head: Head): number;
  news(): Progress | null;
  /** Outputs are about to get their names: pairs of an output, and by what its file is known. Gives a state to be kept before. */
  naming?(outputs: [string, string][]): string | undefined;
  /** Whether a file that is known by this mark is this output, which an earlier program named. */
  is_output?(output: string, mark: string): boolean;
}

/** Runs a wish to its end: asks the machine what to do, does it, tells it what happened, asks again. It decides nothing. */
export async function drive(wish: object, bridge: Uploader, hearers?: Set<Hear>): Promise<unknown> {
  const machine = new Run(wish);
  const timer = new Timer();
  const over = new AbortController();
  let out = new AbortController();
  let cancelled = false;
  bridge.onAbort = () => timer.strike();
  const hear: Hear = (event) => {
    machine.handle(event);
    timer.strike();
  };
  hearers?.add(hear);
  hearNetwork(hear, over.signal);
  try {
    for (;;) {
      if (bridge.aborted && !cancelled) {
        cancelled = true;
        machine.cancel();
      }
      const action: Action = machine.poll();
      bridge.show(machine);
      if ('done' in action) return action.done;
      if ('error' in action) throw action.error;
      if ('busy' in action) {
        await timer.pause(action.busy);
        continue;
      }
      // Where the machine says anything else, it waits for the last request no longer.
      out.abort();
      if ('id' in action) exchange(machine, bridge, action, (out = new AbortController()).signal, timer);
      else await timer.pause(action.wait);
    }
  } finally {
    hearers?.delete(hear);
    over.abort();
    out.abort();
    machine.free();
  }
}

/** Does what is to be done, and tells what happens until its signal is aborted. */
export function exchange(machine: Told, bridge: Uploader, sending: Sending | Settling, signal: AbortSignal, timer: Timer): void {
  const tell = (event: Event) => {
    if (signal.aborted) return;
    machine.handle({ id: sending.id, ...event });
    bridge.show(machine);
    // The time of the service has begun, and the loop has to know when it is over.
    if ('sent' in event && event.sent === 0) timer.strike();
  };
  bridge
    // What only uploads has nothing to name.
    .perform(sending as Sending, signal, tell, machine)
    .then(tell)
    .finally(() => timer.strike());
}

/** What a loop waits by. */
export class Timer {
  #wake = () => {};

  /** Ends the present pause. */
  strike(): void {
    this.#wake();
  }

  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.strike(), Math.min(milliseconds, LONGEST));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
