/**
 * Conversions of a page that go on after a reload, a crash of the tab or a break of the network.
 *
 * @packageDocumentation
 */
import type { CloudConvert } from '../index.js';
import type { DownloadOptions, FollowOptions, RunOptions } from '../types/options.js';
import type { Result } from '../types/results.js';
import type { Tasks } from '../types/sources.js';
import { type Begun, Keeper } from './keeper.js';
import { leftOf } from './left.js';
import type { Left, Noted, NotedConvertOptions, NotedFollowOptions, NotedRunOptions, Picked, PickedFile, ResumableOptions } from './options.js';
import { take } from './sources.js';

export type * from './options.js';

/** A client whose conversions go on. Its other calls are those of the client that it was made of. */
export interface Resumable extends CloudConvert {
  /** As `convert` of a client. */
  convert(source: Picked, options: NotedConvertOptions): Promise<Result>;
  /** As `run` of a client. */
  run(tasks: Tasks, files?: Readonly<Record<string, PickedFile>>, options?: NotedRunOptions): Promise<Result>;
  /** As `follow` of a client. */
  follow(ticket: string | URL, options?: NotedFollowOptions): Promise<Result>;
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
  const begin = <O extends Noted & DownloadOptions>({ note, ...own }: O, begun: Pick<Begun, 'taken' | 'isWhole'>, run: (options: Omit<O, 'note'>) => Promise<Result>) =>
    keeper.begin({ ...begun, note, saveTo: own.saveTo, checkpoint: own.checkpoint }, (kept) => run({ ...own, ...kept }));
  const calls: Pick<Resumable, 'convert' | 'run' | 'follow' | 'unfinished'> = {
    async convert(picked, options) {
      const { source, taken } = await take(picked);
      // A saved state has no texts and no credentials.
      const isWhole = typeof options?.output !== 'object' && (taken.length > 0 || isUrl(source));
      return begin(options ?? {}, { taken, isWhole }, (own) => client.convert(source as File, own as NotedConvertOptions));
    },
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

/** Whether it is a URL that the service downloads; that is in the saved state. */
const isUrl = (source: unknown): boolean => [source].flat().every((one) => one instanceof URL || (one as { url?: unknown } | null)?.url !== undefined);
