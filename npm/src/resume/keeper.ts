import type { CloudConvert, CloudConvertError } from '../index.js';
import type { Facts } from '../whole/saved.js';
import type { DownloadOptions, ProgressOptions, SignalOption } from '../types/options.js';
import type { ConversionResult } from '../types/results.js';
import { alone, busy } from './lock.js';
import type { ResumableOptions } from './options.js';
import { type Entry, Shelf } from './shelf.js';
import { isHandle, packed, type Taken } from './sources.js';

/** Runs a conversion that is told where its states go. */
export type Run = (kept: Required<Pick<DownloadOptions, 'checkpoint'>> & ProgressOptions) => Promise<ConversionResult>;

/** What is to be kept of a conversion that begins. */
export interface Begun {
  taken: Taken[];
  /** Whether the saved state and the files are all that it needs, however early it is left. */
  isWhole: boolean;
  note: unknown;
  saveTo: unknown;
  checkpoint: DownloadOptions['checkpoint'];
}

/** A conversion that this tab alone runs, until it is told its end. */
export interface Kept {
  keep(saved: string): Promise<void>;
  end(failed?: { error: unknown }): Promise<void>;
}

/** Keeps what conversions need to go on, as long as they run, and sees to it that one tab alone runs each. */
export class Keeper {
  readonly shelf: Shelf;
  readonly #name: string;
  readonly #copyUpTo: number;
  readonly #keepFor: number;
  /** How many bytes of files are copied at the moment. */
  #copied = 0;
  /** When the last one was begun. Each has a time of its own, which orders them. */
  #begun = 0;

  constructor(readonly client: CloudConvert, { name = 'cloudconvert-kit', copyUpTo = 100_000_000, keepFor = 86_400_000 }: ResumableOptions) {
    this.shelf = new Shelf(name);
    this.#name = name;
    this.#copyUpTo = copyUpTo;
    this.#keepFor = keepFor;
  }

  /** Begins to keep a conversion. */
  async open({ taken, isWhole, note, saveTo, checkpoint }: Begun): Promise<Kept> {
    const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    this.#begun = Math.max(Date.now(), this.#begun + 1);
    const entry = { id, begun: this.#begun, files: taken.map(({ facts }) => facts), note, saveTo: isHandle(saveTo) ? saveTo : undefined };
    return new Promise((resolve, reject) => {
      const run = () => new Promise<void>((over) => resolve(this.#kept(entry, taken, isWhole, checkpoint, over)));
      alone(this.#lock(id), run).catch((error: unknown) => (isDenied(error) ? resolve(unkept(checkpoint)) : reject(error as Error)));
    });
  }

  /** Runs a conversion that begins, once `after` is fulfilled; it is kept before. */
  async begin(begun: Begun, run: Run, { after, signal }: { after?: Promise<unknown> | undefined } & SignalOption): Promise<ConversionResult> {
    const kept = await this.open(begun);
    return this.#end(kept, async () => {
      if (after) {
        await kept.keep(await firstState(run)).catch(reportError);
        await unlessAborted(after, signal);
      }
      return run({ checkpoint: kept.keep });
    });
  }

  /** Goes on with one that was left; gives nothing where another tab does, or has done it. */
  async goOn(id: string, checkpoint: DownloadOptions['checkpoint'], prepare: (entry: Entry) => Promise<Run>): Promise<ConversionResult | undefined> {
    const end = await alone(this.#lock(id), async () => {
      const entry = await this.shelf.get(id);
      if (!entry) return undefined;
      const run = await prepare(entry);
      const kept = this.#kept(entry, [], true, checkpoint, () => undefined);
      return this.#end(kept, () => run({ checkpoint: kept.keep }));
    });
    return end?.done;
  }

  /** Those that no tab runs; none where the browser keeps nothing. */
  async left(): Promise<Entry[]> {
    return this.#left().catch((error: unknown) => {
      if (isDenied(error)) return [];
      throw error;
    });
  }

  /** What was left for too long, or before anything was asked for, is forgotten. */
  async #left(): Promise<Entry[]> {
    const running = await busy();
    const [entries, kept] = await Promise.all([this.shelf.all(), this.shelf.kept()]);
    const left = entries.filter(({ id, begun }) => !running.has(this.#lock(id)) && begun >= Date.now() - this.#keepFor);
    const wanted = new Set(left.map(({ id }) => id));
    const ids = [...entries.map(({ id }) => id), ...kept];
    await Promise.all(ids.filter((id) => !wanted.has(id) && !running.has(this.#lock(id))).map((id) => this.shelf.remove(id)));
    return left.sort((a, b) => a.begun - b.begun);
  }

  #kept(entry: Omit<Entry, 'saved'>, taken: Taken[], isWhole: boolean, checkpoint: DownloadOptions['checkpoint'], over: () => void): Kept {
    const { id } = entry;
    const size = taken.reduce((bytes, { facts, kept }) => bytes + (isHandle(kept) ? 0 : facts.size), 0);
    let hasFailed: boolean | undefined;
    let isCopied = taken.length === 0;
    const put = (sources: Taken['kept'][]) => void this.#keep(id, sources).catch(() => undefined);
    const hasRoom = () => this.#copied + size <= this.#copyUpTo;
    const copy = () => {
      if (isCopied || !hasRoom()) return;
      isCopied = true;
      this.#copied += size;
      put(taken.map(({ kept }) => kept));
    };
    // Where there is no room for a copy, handles are kept; without them, the files are recognised when they are picked again.
    if (!hasRoom() && taken.every(({ kept, handle }) => handle ?? isHandle(kept))) put(taken.map(({ kept, handle }) => handle ?? kept));
    copy();
    return {
      keep: async (saved) => {
        copy();
        hasFailed = factsOf(saved).hasFailed;
        const isEnough = isWhole || factsOf(saved).needs !== 'job';
        await Promise.all([isEnough && this.shelf.put({ ...entry, saved }), checkpoint?.(saved)]);
      },
      end: async (failed) => {
        if (isCopied) this.#copied -= size;
        // What only the network or the service stands in the way of may go on later, unless it was given up.
        const { isRetryable } = (failed?.error ?? {}) as Partial<CloudConvertError>;
        if (!isRetryable || hasFailed) await this.shelf.remove(id).catch(() => undefined);
        over();
      },
    };
  }

  async #end(kept: Kept, work: () => Promise<ConversionResult>): Promise<ConversionResult> {
    try {
      const result = await work();
      await kept.end();
      return result;
    } catch (error) {
      await kept.end({ error });
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

/** Whether a browser keeps nothing for a page, as in a frame of another site, or where a person allows no cookies. */
const isDenied = (error: unknown): boolean => error instanceof DOMException && error.name === 'SecurityError';

/** Where nothing is kept, a conversion runs all the same. */
const unkept = (checkpoint: DownloadOptions['checkpoint']): Kept => ({
  keep: async (saved) => void (await checkpoint?.(saved)),
  end: async () => undefined,
});

/** What stands beside the core's state. */
export const factsOf = (saved: string): Facts => JSON.parse(saved) as Facts;

/** The state of a conversion that begins, of which nothing is asked for yet. */
export async function firstState(run: Run): Promise<string> {
  const stop = new AbortController();
  const state = new Promise<string>((resolve, reject) => {
    const checkpoint = (saved: string) => {
      resolve(saved);
      // What it would send next, is never sent.
      return new Promise(() => undefined);
    };
    run({ checkpoint, signal: stop.signal, onProgress: undefined }).catch(reject);
  });
  return state.finally(() => stop.abort());
}

async function unlessAborted(after: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  const stop = new AbortController();
  const aborted = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { signal: stop.signal }));
  try {
    if (!signal?.aborted) await Promise.race([after, aborted]);
  } finally {
    stop.abort();
  }
  signal?.throwIfAborted();
}
