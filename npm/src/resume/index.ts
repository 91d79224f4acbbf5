/**
 * Conversions of a page that go on after a reload, a crash of the tab or a break of the network.
 *
 * @packageDocumentation
 */
import type { CloudConvert } from '../index.js';
import type { DownloadOptions, FollowOptions, RunOptions, SignalOption } from '../types/options.js';
import type { ConversionResult, Converted } from '../types/results.js';
import type { Tasks } from '../types/sources.js';
import { type Begun, Keeper } from './keeper.js';
import { leftOf } from './left.js';
import { many } from './many.js';
import type { Left, Noted, NotedConvertOptions, NotedFollowOptions, NotedManyOptions, NotedRunOptions, Picked, PickedFile, ResumableOptions, Waiting } from './options.js';
import { isWhole, take } from './sources.js';

export type * from './options.js';

/** A client whose conversions go on. Its other calls are those of the client that it was made of. */
export interface Resumable extends CloudConvert {
  /** As `convert` of a client. */
  convert(source: Picked, options: NotedConvertOptions): Promise<ConversionResult>;
  /**
   * As `convertMany` of a client. What is in an array or a `FileList` is kept before its turn has come; of what comes one by one,
   * what has been taken.
   */
  convertMany<S extends Picked>(sources: Iterable<S> | AsyncIterable<S> | ArrayLike<S>, options: NotedManyOptions<S>): AsyncGenerator<Converted<S>, void, void>;
  /** As `run` of a client. */
  run(tasks: Tasks, files?: Readonly<Record<string, PickedFile>>, options?: NotedRunOptions): Promise<ConversionResult>;
  /** As `follow` of a client. */
  follow(ticket: string | URL, options?: NotedFollowOptions): Promise<ConversionResult>;
  /** The conversions that were begun here before, have not ended, and run in no tab; the oldest first. */
  unfinished(): Promise<Left[]>;
}

/**
 * A client whose conversions are kept in a database of the browser as long as they run.
 *
 * @example
 * ```js
 * const client = resumable(new CloudConvert({ baseUrl: '/convert/v2' }));
 * for (const left of await client.unfinished()) {
 *   if (left.needs === 'nothing') console.log(await left.resume());
 * }
 * ```
 */
export function resumable(client: CloudConvert, options: ResumableOptions = {}): Resumable {
  const keeper = new Keeper(client, options);
  const begin = <O extends Noted & Waiting & DownloadOptions & SignalOption>({ note, after, ...own }: O, begun: Pick<Begun, 'taken' | 'isWhole'>, run: (options: Omit<O, 'note' | 'after'>) => Promise<ConversionResult>) =>
    keeper.begin({ ...begun, note, saveTo: own.saveTo, checkpoint: own.checkpoint }, (kept) => run({ ...own, ...kept }), { after, signal: own.signal });
  const calls: Pick<Resumable, 'convert' | 'convertMany' | 'run' | 'follow' | 'unfinished'> = {
    async convert(picked, given) {
      const { handle, ...options } = given ?? {};
      const { source, taken } = await take(picked, undefined, handle);
      return begin(options, { taken, isWhole: isWhole(source, taken, options) }, (own) => client.convert(source as File, own as NotedConvertOptions));
    },
    convertMany: (sources, options) => many(keeper, sources, options ?? {}),
    async run(tasks, files = {}, options = {}) {
      const taken = await Promise.all(Object.entries(files).map(async ([task, file]) => ({ task, ...(await take(file, task)) })));
      const sources = Object.fromEntries(taken.map(({ task, source }) => [task, source as File]));
      const begun = { taken: taken.flatMap(({ taken }) => taken), isWhole: false };
      return begin(options, begun, (own) => client.run(tasks, sources, own as RunOptions));
    },
    follow: (ticket, options = {}) => begin(options, { taken: [], isWhole: true }, (own) => client.follow(ticket, own as FollowOptions)),
    unfinished: async () => Promise.all((await keeper.left()).map((entry) => leftOf(keeper, entry))),
  };
  return Object.assign(Object.create(client) as CloudConvert, calls);
}
