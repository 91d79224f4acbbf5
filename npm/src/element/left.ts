// What the element's conversions need to go on after a reload; loaded where the element is to `resume`.
import { type CloudConvert, CloudConvertError } from '../index.js';
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
  const kept = 'unfinished' in client ? (client as Resumable) : resumable(client, { name: ['cloudconvert-upload', location.pathname, id, baseUrl].join(' ') });
  /** Those that wait for their file. */
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
      if (!left || !other.isOf([file])) continue;
      waiting.delete(item);
      files.remove(item);
    }
    if (left) await after;
    const { signal } = options;
    // Whoever takes a failed file out of the list, wants no more of it.
    const discard = () => void leftOf(file, options.to!).then((left) => left?.discard()).catch(() => undefined);
    try {
      const result = await left?.resume(goingOn(options, [file]));
      return result ?? (await kept.convert(file, { ...options, after, note: noteOf(file, options.to!) }));
    } catch (error) {
      if (!signal?.aborted) signal?.addEventListener('abort', discard, { once: true });
      throw error;
    }
  }

  async function takeUp(left: Left): Promise<void> {
    const { name, size, from, to } = left.note as Note;
    const [source] = (await left.kept()) ?? [];
    const file = source instanceof File ? source : standIn(name, size);
    let isTried = false;
    const item = files.put(file, from, async (options) => {
      if (left.needs === 'file') throw new CloudConvertError({ code: 'input', message: 'the file was too large to be kept: choose it again' });
      if (isTried) return convert(file, options as Options);
      isTried = true;
      const result = await left.resume(goingOn(options));
      if (result) return result;
      // Another tab does it, or has done it.
      files.remove(item);
      throw new CloudConvertError({ code: 'cancelled', message: 'it runs in another tab' });
    });
    if (left.needs === 'file') {
      waiting.set(item, left);
      item.stop.signal.addEventListener('abort', () => waiting.has(item) && left.discard().catch(() => undefined));
    }
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

/** Stands for a file of which only this is known. */
const standIn = (name: string, size: number): File => Object.defineProperty(new File([], name), 'size', { value: size });
