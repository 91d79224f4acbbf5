// What the element's conversions need to go on after a reload; loaded where the element is to `resume`.
import { type CloudConvert, CloudConvertError } from '../index.js';
import { isAbsent, standIn } from '../resume/absent.js';
import { handleOf, hearDrops } from '../resume/dropped.js';
import { type GoOnOptions, type Left, type Resumable, resumable } from '../resume/index.js';
import type { Files } from './files.js';
import type { Item } from './item.js';

/** What a page tells of a conversion to the next one. */
interface Note {
  name: string;
  size: number;
  from: string;
  to: string;
}

/** Where an element stands. */
type Place = { id: string; baseUrl: string };

type Convert = CloudConvert['convert'];
type Options = Parameters<Convert>[1] & { to: string; after?: Promise<unknown> };

/** The clients of elements. */
const clients = new WeakMap<Files, { of: CloudConvert; client: Promise<CloudConvert> }>();

/** What keeps the conversions of an element with this client; it goes on with those that an earlier page has left. */
export function keeping(client: CloudConvert, element: Place, files: Files): Promise<CloudConvert> {
  let known = clients.get(files);
  if (known?.of !== client) clients.set(files, (known = { of: client, client: goOn(client, element, files) }));
  return known.client;
}

/**
 * A client that keeps the conversions of an element, and that takes up what an earlier page has left: its files come into
 * the list, and go on.
 */
async function goOn(client: CloudConvert, { id, baseUrl }: Place, files: Files): Promise<CloudConvert> {
  hearDrops();
  const kept = 'unfinished' in client ? (client as Resumable) : resumable(client, { name: ['cloudconvert-upload', location.pathname, id, baseUrl].join(' ') });
  /** Those of an earlier page that are not over. */
  const waiting = new Map<Item, Left>();
  /** What was uploaded by a ticket. */
  const uploaded = new Map<string, File>();

  const noteOf = ({ name, size }: File, to: string): Note => ({ name, size, from: files.items.find(({ file }) => file.name === name)?.from ?? '', to });
  /** What was left of the same: by an earlier page, or by a network that was lost. */
  const leftOf = async (file: File, to: string) => (await kept.unfinished()).find((left) => (left.note as Note | undefined)?.to === to && left.isOf([file]));

  /** As `convert` of a client; a file that was left, or that is picked once more, goes on. */
  async function convert(file: File, { after, ...options }: Options): Promise<Result> {
    const left = await leftOf(file, options.to!);
    for (const [item, other] of waiting) {
      // No two were begun at the same time.
      if (left?.begun.getTime() !== other.begun.getTime()) continue;
      waiting.delete(item);
      files.remove(item);
    }
    if (left) await after;
    const { signal } = options;
    // Whoever takes a failed file out of the list, wants no more of it.
    const discard = () => void leftOf(file, options.to!).then((left) => left?.discard()).catch(() => undefined);
    try {
      const result = await left?.resume(goingOn(options, isAbsent(file) ? undefined : [file]));
      if (result) return result;
      if (isAbsent(file)) throw unreadable('the file is no longer there: choose it again');
      return await kept.convert(file, { ...options, after, handle: await handleOf(file), note: noteOf(file, options.to!) });
    } catch (error) {
      if (!signal?.aborted) signal?.addEventListener('abort', discard, { once: true });
      throw error;
    }
  }

  async function takeUp(left: Left): Promise<void> {
    const { name, size, from, to } = left.note as Note;
    const [source] = (await left.kept()) ?? [];
    const file = source instanceof File ? source : standIn(name, left.files[0] ?? { size, lastModified: undefined });
    let tries = 0;
    // Whoever takes it out of the list, wants no more of it.
    const heed = (signal: AbortSignal) => signal.addEventListener('abort', () => waiting.has(item) && void left.discard().catch(() => undefined), { once: true });
    const item = files.put(file, from, async (options) => {
      const again = tries++ > 0;
      if (again) heed(options.signal!);
      if (left.needs === 'file') throw unreadable('the file was too large to be kept: choose it again');
      // Browsers ask people only when they have just done something.
      if (left.needs === 'permission' && !navigator.userActivation?.isActive) throw unreadable('the page may not open the file yet: try again, and allow it');
      if (again && !isAbsent(file)) {
        waiting.delete(item);
        return convert(file, options as Options);
      }
      const result = await left.resume(goingOn(options));
      if (!result && again) throw unreadable('the file is no longer there: choose it again');
      waiting.delete(item);
      if (result) return result;
      // Another tab does it, or has done it.
      files.remove(item);
      throw new CloudConvertError({ code: 'cancelled', message: 'it runs in another tab' });
    });
    heed(item.stop.signal);
    waiting.set(item, left);
    item.offer([to]);
    files.start(item);
  }

  const left = (await kept.unfinished()).filter(({ note }) => (note as Note | undefined)?.to);
  // Not before the element has this client.
  setTimeout(() => left.forEach((one) => void takeUp(one)));
  const calls: Partial<CloudConvert> = {
    convert: convert as Convert,
    upload(ticket, file, options) {
      uploaded.set(String(ticket), file as File);
      return kept.upload(ticket, file, options);
    },
    follow(ticket, options) {
      const file = uploaded.get(String(ticket))!;
      return kept.follow(ticket, { ...options, note: noteOf(file, (options as { to?: string }).to!) });
    },
  };
  return Object.assign(Object.create(kept) as CloudConvert, calls);
}

type Result = Awaited<ReturnType<Convert>>;

/** What of the options is not in the saved state. */
const goingOn = ({ signal, onProgress }: GoOnOptions, files?: File[]): GoOnOptions => ({ signal, onProgress, files });

const unreadable = (message: string) => new CloudConvertError({ code: 'input', message });
