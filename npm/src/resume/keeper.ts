import type { CloudConvert, CloudConvertError } from '../index.js';
import type { Facts } from '../whole/saved.js';
import type { DownloadOptions } from '../types/options.js';
import type { Result } from '../types/results.js';
import { alone, busy } from './lock.js';
import type { ResumableOptions } from './options.js';
import { type Entry, Shelf } from './shelf.js';
import { isHandle, packed, type Taken } from './sources.js';

/** Runs a conversion that is told where its states go. */
export type Run = (kept: Required<Pick<DownloadOptions, 'checkpoint'>>) => Promise<Result>;

/** What is to be kept of a conversion that begins. */
export interface Begun {
  taken: Taken[];
  /** Whether the saved state and the files are all that it needs, however early it is left. */
  isWhole: boolean;
  note: unknown;
  saveTo: unknown;
  checkpoint: DownloadOptions['checkpoint'];
}

/** Keeps what conversions need to go on, as long as they run, and sees to it that one tab alone runs each. */
export class Keeper {
  readonly shelf: Shelf;
  readonly #name: string;
  readonly #copyUpTo: number;
  readonly #keepFor: number;

  constructor(readonly client: CloudConvert, { name = 'cloudconvert-kit', copyUpTo = 100_000_000, keepFor = 86_400_000 }: ResumableOptions) {
    this.shelf = new Shelf(name);
    this.#name = name;
    this.#copyUpTo = copyUpTo;
    this.#keepFor = keepFor;
  }

  /** Runs a conversion that begins. */
  async begin({ taken, isWhole, note, saveTo, checkpoint }: Begun, run: Run): Promise<Result> {
    const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    const entry = { id, begun: Date.now(), files: taken.map(({ facts }) => facts), note, saveTo: isHandle(saveTo) ? saveTo : undefined };
    const copied = taken.reduce((bytes, { facts, kept }) => bytes + (isHandle(kept) ? 0 : facts.size), 0);
    const end = await alone(this.#lock(id), () => {
      // Where there is no room for a copy, the files are recognised when they are picked again.
      if (taken.length > 0 && copied <= this.#copyUpTo) this.#keep(id, taken.map(({ kept }) => kept)).catch(() => undefined);
      return this.#run(entry, isWhole, checkpoint, run);
    });
    return end!.done;
  }

  /** Goes on with one that was left; gives nothing where another tab does, or has done it. */
  async goOn(id: string, checkpoint: DownloadOptions['checkpoint'], prepare: (entry: Entry) => Promise<Run>): Promise<Result | undefined> {
    const end = await alone(this.#lock(id), async () => {
      const entry = await this.shelf.get(id);
      return entry && this.#run(entry, true, checkpoint, await prepare(entry));
    });
    return end?.done;
  }

  /** Those that no tab runs. What was left for too long, or before anything was asked for, is forgotten. */
  async left(): Promise<Entry[]> {
    const running = await busy();
    const [entries, kept] = await Promise.all([this.shelf.all(), this.shelf.kept()]);
    const left = entries.filter(({ id, begun }) => !running.has(this.#lock(id)) && begun >= Date.now() - this.#keepFor);
    const wanted = new Set(left.map(({ id }) => id));
    const ids = [...entries.map(({ id }) => id), ...kept];
    await Promise.all(ids.filter((id) => !wanted.has(id) && !running.has(this.#lock(id))).map((id) => this.shelf.remove(id)));
    return left.sort((a, b) => a.begun - b.begun);
  }

  async #run(entry: Omit<Entry, 'saved'>, isWhole: boolean, checkpoint: DownloadOptions['checkpoint'], run: Run): Promise<Result> {
    const keep = async (saved: string) => {
      const isEnough = isWhole || needsOf(saved) !== 'job';
      await Promise.all([isEnough && this.shelf.put({ ...entry, saved }), checkpoint?.(saved)]);
    };
    const remove = () => this.shelf.remove(entry.id).catch(() => undefined);
    try {
      const result = await run({ checkpoint: keep });
      await remove();
      return result;
    } catch (error) {
      // What only the network or the service stands in the way of may go on later.
      if (!(error as Partial<CloudConvertError>).isRetryable) await remove();
      throw error;
    }
  }

  /** Some browsers keep no Blobs where nothing is to be left behind, but bytes. */
  async #keep(id: string, sources: Taken['kept'][]): Promise<unknown> {
    return this.shelf.keep(id, sources).catch(async () => this.shelf.keep(id, await Promise.all(sources.map(packed))));
  }

  #lock(id: string): string {
    return `${this.#name}:${id}`;
  }
}

/** What a saved state leaves out that may still be needed. */
export const needsOf = (saved: string): Facts['needs'] => (JSON.parse(saved) as Facts).needs;
