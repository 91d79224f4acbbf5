import { Refusal } from './refusal.js';
import type { Rules } from './options.js';

const MINUTE = 60_000;
/** A job that was never asked about again does not count for ever. */
const FORGOTTEN = 60 * MINUTE;

/** What one person has begun. */
interface Person {
  begun: number[];
  /** Since when each job runs, and how many conversions it has. */
  running: Map<string, { since: number; count: number }>;
  /** How many are about to begin. */
  reserved: number;
}

/** How much each person does at once and in a minute, as far as this process has seen. */
export class Limits {
  readonly #atOnce: number;
  readonly #perMinute: number;
  readonly #people = new Map<string, Person>();

  constructor({ atOnce = 5, perMinute = 30 }: Rules) {
    this.#atOnce = atOnce;
    this.#perMinute = perMinute;
  }

  /** Counts conversions that `begin` begins, or refuses them. It is given what says that they have begun. */
  async take<T>(who: string, count: number, begin: (began: (id: string) => void) => Promise<T>): Promise<T> {
    const now = performance.now();
    const person = this.#person(who, now);
    const most = Math.min(this.#atOnce, this.#perMinute);
    if (count > most) throw new Refusal(403, `A job may have only ${most} conversions here: make several jobs.`);
    const running = [...person.running.values()].reduce((sum, job) => sum + job.count, person.reserved);
    if (running + count > this.#atOnce) throw new Refusal(429, `Only ${this.#atOnce} conversions may run at once: wait for one of them.`, 2);
    if (person.begun.length + count > this.#perMinute) {
      const seconds = Math.ceil(((person.begun[0] ?? now) + MINUTE - now) / 1000);
      throw new Refusal(429, `Only ${this.#perMinute} conversions may begin in a minute: try again when Retry-After is over.`, seconds);
    }
    person.begun.push(...Array<number>(count).fill(now));
    person.reserved += count;
    try {
      return await begin((id) => this.#began(who, id, count));
    } finally {
      person.reserved -= count;
    }
  }

  #began(who: string, id: string, count: number): void {
    const now = performance.now();
    this.#person(who, now).running.set(id, { since: now, count });
  }

  /** A conversion is over. */
  ended(who: string, id: string): void {
    this.#people.get(who)?.running.delete(id);
  }

  /** The person, without what no longer counts. People who do nothing are forgotten. */
  #person(who: string, now: number): Person {
    const person = this.#people.get(who) ?? { begun: [], running: new Map(), reserved: 0 };
    this.#people.delete(who);
    this.#people.set(who, person);
    person.begun = person.begun.filter((time) => now - time < MINUTE);
    for (const [id, { since }] of person.running) if (now - since > FORGOTTEN) person.running.delete(id);
    for (const [other, { begun, running, reserved }] of this.#people) {
      if (running.size > 0 || reserved > 0 || begun.some((time) => now - time < MINUTE) || other === who) break;
      this.#people.delete(other);
    }
    return person;
  }
}
