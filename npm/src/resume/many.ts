import type { Converted } from '../types/results.js';
import type { DownloadOptions, ManyOptions, Target } from '../types/options.js';
import type { Sources } from '../types/sources.js';
import { firstState, type Keeper, type Kept } from './keeper.js';
import type { NotedManyOptions, Picked } from './options.js';
import { isWhole, take } from './sources.js';

interface Member<S> {
  picked: S;
  kept?: Kept;
  saveTo?: DownloadOptions['saveTo'];
  /** Why it cannot begin. */
  failure?: unknown;
}

/** Converts many, each of which is kept until its end. */
export async function* many<S extends Picked>(
  keeper: Keeper,
  sources: Iterable<S> | AsyncIterable<S> | ArrayLike<S>,
  { note, saveTo, onProgress, checkpoint, concurrency, ...own }: NotedManyOptions<S>,
): AsyncGenerator<Converted<S>, void, void> {
  const { client } = keeper;
  /** By what is converted, each of them once. */
  const members = new Map<unknown, Member<S>>();

  const open = async (picked: S, isEarly: boolean): Promise<Sources> => {
    const member: Member<S> = { picked };
    try {
      const { source, taken } = await take(picked);
      const key = (members.has(source) ? copyOf(source) : source) as Sources;
      members.set(key, member);
      member.saveTo = saveTo?.(picked);
      const begun = { taken, isWhole: isWhole(source, taken, own), note: note?.(picked), saveTo: member.saveTo };
      member.kept = await keeper.open({ ...begun, checkpoint: checkpoint && ((saved) => checkpoint(saved, picked)) });
      if (isEarly) await member.kept.keep(await firstState((kept) => client.convert(key, { ...(own as Target), ...kept })));
      return key;
    } catch (failure) {
      // Told when its turn has come, as everything that fails.
      const key = {} as Sources;
      members.set(key, Object.assign(member, { failure }));
      return key;
    }
  };
  let early: Promise<Sources>[] = [];
  async function* opened(): AsyncGenerator<Sources> {
    if ('length' in sources) yield* (early = Array.from(sources, (picked) => open(picked, true)));
    else for await (const picked of sources) yield open(picked, false);
  }

  const options = {
    ...(own as Target),
    concurrency,
    saveTo: (key) => members.get(key)!.saveTo,
    onProgress: onProgress && ((progress, key) => onProgress(progress, members.get(key)!.picked)),
    checkpoint: (saved, key) => members.get(key)!.kept?.keep(saved),
  } satisfies ManyOptions<Sources>;
  try {
    for await (const { source: key, ...end } of client.convertMany(opened(), options)) {
      const { picked, kept, failure } = members.get(key)!;
      members.delete(key);
      const told = failure === undefined ? end : { error: failure as Error };
      await kept?.end(told.error && { error: told.error });
      yield { source: picked, ...told } as Converted<S>;
    }
  } finally {
    // Whoever takes no more has given up the others.
    await Promise.all(early);
    for (const { kept } of members.values()) await kept?.end();
  }
}

/** The same once more, because each conversion is known by what it converts. */
function copyOf(source: unknown): unknown {
  if (typeof source !== 'object') return Object(source);
  return source instanceof URL ? new URL(source) : structuredClone(source);
}
