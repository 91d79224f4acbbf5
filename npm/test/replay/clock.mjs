// A clock that stands still until the client waits.
import { createHook } from 'node:async_hooks';

const real = { now: Date.now, monotonic: performance.now, setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

/** What is being asked of files, which takes no time of the script's. */
const files = new Set();
createHook({
  init: (id, type) => void (/^(FSREQ|FILEHANDLECLOSEREQ)/.test(type) && files.add(id)),
  after: (id) => void files.delete(id),
}).enable();

/** Time as the client sees it, in milliseconds. Nothing here takes real time. */
export class Clock {
  now = 1_700_000_000_000;
  /** Whether the client waits for an answer that comes, or that never comes; otherwise it waits for its own timer. */
  request = 'none';
  #timers = new Map();
  #next = 1;
  #waited;
  #interrupts;

  /** `waited` is told how long the client has waited between two requests; `interrupts` says whether something happens before. */
  constructor(waited, interrupts = () => false) {
    this.#waited = waited;
    this.#interrupts = interrupts;
  }

  install() {
    Date.now = () => this.now;
    performance.now = () => this.now - performance.timeOrigin;
    globalThis.setTimeout = (callback, pause = 0) => {
      const timer = this.#next++;
      this.#timers.set(timer, { callback, due: this.now + pause });
      // By then the client has sent its request, if it has one.
      setImmediate(() => this.#fire(timer));
      return timer;
    };
    globalThis.clearTimeout = (timer) => this.#timers.delete(timer);
  }

  uninstall() {
    Date.now = real.now;
    performance.now = real.monotonic;
    globalThis.setTimeout = real.setTimeout;
    globalThis.clearTimeout = real.clearTimeout;
  }

  /** A request is out; `silent` if there will be no answer, so that the client's own deadline strikes. */
  sent(silent) {
    this.request = silent ? 'silent' : 'answered';
    if (silent) setImmediate(() => [...this.#timers.keys()].forEach((timer) => this.#fire(timer)));
  }

  /** The answer has come, or the client has given it up: a timer that was set before must not strike any more. */
  over() {
    this.request = 'none';
    this.#timers.clear();
  }

  #fire(timer) {
    const { callback, due } = this.#timers.get(timer) ?? {};
    if (!callback || this.request === 'answered') return;
    if (files.size > 0) return void setImmediate(() => this.#fire(timer));
    if (this.request === 'none') {
      if (this.#interrupts()) return void setImmediate(() => this.#fire(timer));
      this.#waited(due - this.now);
    }
    this.#timers.delete(timer);
    this.now = Math.max(this.now, due);
    callback();
  }
}
