import { Refusal } from './refusal.js';
import type { Rules } from './options.js';

const MINUTE = 60_000;
/** A job that was never asked about again does not count for ever. */
const FORGOTTEN = 60 * MINUTE;

/** What one person has begun. */
interface Person {
  begun: number[];
  /** Since when each job runs, how many conversions it has, and whether somebody watches it. */
  running: Map<string, { since: number; count: number; watched?: boolean }>;
  /** How many are about to begin. */
  reserved: number;
  /** How many requests there were, and since when they are counted. */
  asked: number;
  since: number;
}

/** How much each person does at once and in a minute, as far as this process has seen. */
export class Limits {
  readonly #atOnce: number;
  readonly #perMinute: number;
  readonly #requestsPerMinute: number;
  readonly #people = new Map<string, Person>();

  constructor({ atOnce = 5, perMinute = 30, requestsPerMinute = Math.max(600, 20 * perMinute) }: Rules) {
    this.#atOnce = atOnce;
    this.#perMinute = perMinute;
    this.#requestsPerMinute = requestsPerMinute;
  }

  /** Counts a request, or refuses it. */
  asked(who: string): void {
    const now = performance.now();
    const person = this.#person(who, now);
    if (now - person.since >= MINUTE) Object.assign(person, { asked: 0, since: now });
    if (person.asked >= this.#requestsPerMinute) {
      const seconds = Math.ceil((person.since + MINUTE - now) / 1000);
      throw new Refusal(429, `Only ${this.#requestsPerMinute} requests may be made in a minute: try again when Retry-After is over.`, seconds);
    }
    person.asked += 1;
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

  /** Whether a conversion counts as one that runs. */
  runs(who: string, id: string): boolean {
    return this.#person(who, performance.now()).running.has(id);
  }

  /** Whether a conversion runs that nobody has watched. From now on somebody does. */
  watches(who: string, id: string): boolean {
    const job = this.#person(who, performance.now()).running.get(id);
    if (job === undefined || job.watched) return false;
    job.watched = true;
    return true;
  }

  /** A conversion is over. */
  ended(who: string, id: string): void {
    this.#people.get(who)?.running.delete(id);
  }

  /** The person, without what no longer counts. People who do nothing are forgotten. */
  #person(who: string, now: number): Person {
    const person = this.#people.get(who) ?? { begun: [], running: new Map(), reserved: 0, asked: 0, since: now };
    this.#people.delete(who);
    this.#people.set(who, person);
    person.begun = person.begun.filter((time) => now - time < MINUTE);
    for (const [id, { since }] of person.running) if (now - since > FORGOTTEN) person.running.delete(id);
    for (const [other, { begun, running, reserved, since }] of this.#people) {
      const counts = [since, ...begun].some((time) => now - time < MINUTE);
      if (running.size > 0 || reserved > 0 || counts || other === who) break;
      this.#people.delete(other);
    }
    return person;
  }
}
