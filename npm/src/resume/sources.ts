import { CloudConvertError } from '../errors.js';
import type { JobOptions } from '../types/options.js';
import type { FileHandle } from './options.js';
import type { FileFacts } from './shelf.js';

/** Of the handles of a disk; those of the page's own file system need no permission. */
interface Permitted {
  queryPermission?(how: { mode: string }): Promise<PermissionState>;
  requestPermission?(how: { mode: string }): Promise<PermissionState>;
}

/** What is known of a file to convert, and what of it is kept. */
export interface Taken {
  facts: FileFacts;
  kept: Blob | FileHandle;
  /** What is kept where there is no room for a copy. */
  handle?: FileHandle | undefined;
}

export const isHandle = (source: unknown): source is FileHandle => typeof (source as Partial<FileHandle> | null)?.getFile === 'function';
const isBlob = (source: unknown): source is Blob => source instanceof Blob;

/**
 * Opens handles, alone or among several; gives what is to be converted, and what of it can be kept. What is no file (a URL, a
 * text, files in a storage) stays as it is: the saved state has it, but for secrets.
 */
export async function take(source: unknown, task?: string, handle?: FileHandle): Promise<{ source: unknown; taken: Taken[] }> {
  if (isHandle(source) || isBlob(source)) {
    const blob = isHandle(source) ? await source.getFile() : source;
    return { source: blob, taken: [{ facts: factsOf(blob, task), kept: source, handle }] };
  }
  if (!Array.isArray(source) && typeof (source as Partial<FileList> | null)?.item !== 'function') return { source, taken: [] };
  const each = await Promise.all(Array.from(source as ArrayLike<unknown>, (one) => take(one)));
  return { source: each.map(({ source }) => source), taken: each.flatMap(({ taken }) => taken) };
}

/** Whether the files and a saved state, which has no texts and no credentials, are all that a conversion needs. */
export const isWhole = (source: unknown, taken: Taken[], options: JobOptions | undefined): boolean =>
  typeof options?.output !== 'object' && (taken.length > 0 || isUrl(source));

/** Whether it is a URL that the service downloads; that is in the saved state. */
const isUrl = (source: unknown): boolean => [source].flat().every((one) => one instanceof URL || (one as { url?: unknown } | null)?.url !== undefined);

function factsOf(blob: Blob, task?: string): FileFacts {
  const { name, lastModified } = blob as Partial<File>;
  return { task, name, size: blob.size, lastModified };
}

/** Whether a file that was picked again is the one that was picked before. */
function isSame(facts: FileFacts, blob: Blob): boolean {
  const { name, size, lastModified } = factsOf(blob);
  return facts.name === name && facts.size === size && facts.lastModified === lastModified;
}

/** The files of a conversion among those that were picked again, in its order; none where one of them is missing. */
export function recognise(files: readonly FileFacts[], picked: Iterable<Blob> | ArrayLike<Blob>): Blob[] | undefined {
  const left = Array.from(picked);
  const found = files.map((facts) => {
    const at = left.findIndex((blob) => isSame(facts, blob));
    return at < 0 ? undefined : left.splice(at, 1)[0];
  });
  return found.some((blob) => !blob) ? undefined : (found as Blob[]);
}

/** A Blob as its bytes. */
export const packed = async (source: Taken['kept']): Promise<unknown> => (isHandle(source) ? source : { bytes: await source.arrayBuffer(), type: source.type });

/** What was kept as a Blob, as it was. */
function unpacked(source: unknown, { name, lastModified }: FileFacts): Blob {
  if (isBlob(source)) return source;
  const { bytes, type } = source as { bytes: ArrayBuffer; type: string };
  const how = { type, ...(lastModified !== undefined && { lastModified }) };
  return name === undefined ? new Blob([bytes], how) : new File([bytes], name, how);
}

/** What stands between a page and what it kept. */
export async function access(kept: readonly unknown[], mode: 'read' | 'readwrite'): Promise<PermissionState> {
  const states = await Promise.all(kept.filter(isHandle).map((handle) => (handle as Permitted).queryPermission?.({ mode }) ?? 'granted'));
  return states.find((state) => state === 'denied') ?? states.find((state) => state === 'prompt') ?? 'granted';
}

/** Asks for it, which browsers allow where a person has just done something. */
export async function permit(kept: readonly unknown[], mode: 'read' | 'readwrite'): Promise<void> {
  for (const handle of kept.filter(isHandle)) {
    const state = (await (handle as Permitted).requestPermission?.({ mode }).catch(() => 'denied')) ?? 'granted';
    if (state !== 'granted') throw new CloudConvertError({ code: 'input', message: `the page may not open ${handle.name}: ask for it at a click, or let it be picked again` });
  }
}

/** Opens what was kept: the same files as before. */
export async function reopen(files: readonly FileFacts[], kept: readonly unknown[]): Promise<Blob[]> {
  return Promise.all(
    files.map(async (facts, at) => {
      const source = kept[at];
      // A copy is what it was.
      if (!isHandle(source)) return unpacked(source, facts);
      const file = await source.getFile().catch(() => undefined);
      if (file && isSame(facts, file)) return file;
      const message = `${facts.name ?? 'a file'} is not what it was when its conversion began: discard that, and begin anew`;
      throw new CloudConvertError({ code: 'input', message });
    }),
  );
}
