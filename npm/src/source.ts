import { runtime } from '#host';

import { CloudConvertError } from './errors.ts';
import type { Input } from './host.ts';
import type { FileSource, Source } from './types.ts';

/** The members of a job that tell its input, and the bytes that the core does not see. */
export interface Given {
  job: Record<string, unknown>;
  blobs: Blob[];
}

/** Reads where an input comes from. `name` is what the caller calls it. */
export async function read(source: Source, name: string | undefined, from: string | undefined): Promise<Given> {
  if (source instanceof URL) return { job: { input: 'download', url: source.href, filename: name }, blobs: [] };
  if (isRecord(source)) {
    if ('url' in source) return { job: { input: 'download', url: String(source.url), filename: name }, blobs: [] };
    const filename = name ?? source.name;
    if ('base64' in source) return { job: { input: 'base64', content: source.base64, filename }, blobs: [] };
    if ('content' in source) return { job: { input: 'raw', content: source.content, filename }, blobs: [] };
  }
  const file = await open(source as FileSource);
  const known = name ?? file.name ?? (from === undefined ? undefined : `input.${from}`);
  if (known === undefined) throw bad('the file has no name; give one as `name`, or its format as `from`');
  return { job: { input: 'upload', name: known, size: file.blob.size }, blobs: [file.blob] };
}

/** Opens a file without reading it. */
export async function open(source: FileSource): Promise<Input> {
  if (source instanceof Blob) return { blob: source, name: (source as Partial<File>).name };
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return { blob: new Blob([source]), name: undefined };
  if (typeof source !== 'string') throw bad('this is nothing to convert; give a File, a Blob, bytes, a URL, or in Node a path');
  try {
    return await runtime.open(source);
  } catch (error) {
    throw new CloudConvertError({ code: 'input', message: `the input cannot be read: ${(error as Error).message}` }, error);
  }
}

/** Whether it is an object without a class of its own, such as `{ url }`. */
function isRecord(source: Source): source is Extract<Source, { url: unknown } | { name: string; url?: never }> {
  return typeof source === 'object' && source !== null && [Object.prototype, null].includes(Object.getPrototypeOf(source));
}

function bad(message: string): CloudConvertError {
  return new CloudConvertError({ code: 'bad_request', message });
}
