import { CloudConvertError } from '../errors.js';
import { factsOf, type Keeper } from './keeper.js';
import type { GoOnOptions, Left } from './options.js';
import type { Entry, FileFacts } from './shelf.js';
import { access, permit, recognise, reopen } from './sources.js';

/** What a page may do with a conversion that was left. No class: private members cannot be read through a Proxy, such as Vue's. */
export async function leftOf(keeper: Keeper, entry: Entry): Promise<Left> {
  const { id, files, begun, note } = entry;
  return {
    files: files.map(({ name, size, lastModified }) => ({ name, size, lastModified })),
    begun: new Date(begun),
    note,
    needs: await needsTo(keeper, entry),
    kept: async () => {
      const sources = await keeper.shelf.sources(id);
      return sources && reopen(files, sources).catch(() => undefined);
    },
    isOf: (picked) => files.length > 0 && recognise(files, picked) !== undefined,
    async resume({ files: picked, saveTo, ...options } = {}) {
      return keeper.goOn(id, options.checkpoint, async (entry) => {
        const sources = await sourcesOf(keeper, entry, picked);
        if (!saveTo) await permit([entry.saveTo], 'readwrite');
        const to = saveTo ?? (entry.saveTo as GoOnOptions['saveTo']);
        return (kept) => keeper.client.resume(entry.saved, { ...options, ...sources, ...kept, saveTo: to });
      });
    },
    async discard() {
      const stop = new AbortController();
      const onProgress = () => stop.abort();
      const run = ({ saved }: Entry) => () => keeper.client.resume(saved, { signal: stop.signal, onProgress });
      await keeper.goOn(id, undefined, async (entry) => run(entry)).catch((error) => {
        if (error !== stop.signal.reason) throw error;
      });
    },
  };
}

async function needsTo({ shelf }: Keeper, { id, files, saved, saveTo }: Entry): Promise<Left['needs']> {
  const output = await access([saveTo], 'readwrite');
  if (factsOf(saved).needs === 'nothing' || files.length === 0) return output === 'granted' ? 'nothing' : 'permission';
  const kept = await shelf.sources(id);
  const input = kept ? await access(kept, 'read') : 'denied';
  if (input === 'denied') return 'file';
  return [input, output].includes('prompt') ? 'permission' : 'nothing';
}

/** What is converted, as `resume` of a client takes it. It is kept to the end, because a service may begin anew. */
async function sourcesOf({ shelf }: Keeper, { id, files, saved }: Entry, picked: GoOnOptions['files']): Promise<object> {
  const opened = picked ? chosen(files, picked) : await reopened(files, await shelf.sources(id), factsOf(saved).needs !== 'nothing');
  if (!opened || files.length === 0) return {};
  const tasks = files.flatMap(({ task }, at) => (task === undefined ? [] : [[task, opened[at]]]));
  return tasks.length > 0 ? { files: Object.fromEntries(tasks) } : { source: opened.length === 1 ? opened[0] : opened };
}

function chosen(files: readonly FileFacts[], picked: NonNullable<GoOnOptions['files']>): Blob[] {
  const found = recognise(files, picked);
  if (found) return found;
  throw new CloudConvertError({ code: 'input', message: 'these are not the files that this conversion began with: pick those in `files`' });
}

async function reopened(files: readonly FileFacts[], kept: unknown[] | undefined, areNeeded: boolean): Promise<Blob[] | undefined> {
  if (!kept) {
    if (!areNeeded || files.length === 0) return undefined;
    throw new CloudConvertError({ code: 'input', message: `${files[0]!.name ?? 'the file'} was too large to be kept: pick it again, and give it in \`files\`` });
  }
  // What is uploaded already is needed only where the service begins anew.
  if (!areNeeded) return reopen(files, kept).catch(() => undefined);
  await permit(kept, 'read');
  return reopen(files, kept);
}
