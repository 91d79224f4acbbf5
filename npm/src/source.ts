import { runtime } from '#host';

import { CloudConvertError } from './errors.js';
import type { Content, Input } from './host.js';
import type { FileSource, Files, Source, Sources } from './types/index.js';
import { bad, plain } from './wish.js';

/** The members of a job that tell its input, and the bytes that the core does not see. */
export interface Given {
  job: Record<string, unknown>;
  contents: Content[];
}

/** Reads where an input comes from, or several. `name` is what the caller calls it. */
export async function read(source: Sources, name: string | undefined): Promise<Given> {
  const sources: Source[] = isFiles(source) ? Array.from(source) : ([source].flat() as Source[]);
  const urls = sources.map(urlOf).filter((url) => url !== undefined);
  if (urls.length > 0 && urls.length === sources.length) {
    return { job: { input: 'download', files: urls, filename: name }, contents: [] };
  }
  if (sources.length === 1 && isRecord(sources[0]!)) {
    const { storage, name: own, content, base64, ...rest } = sources[0] as Record<string, unknown>;
    const filename = name ?? own;
    if (storage !== undefined) return { job: { ...rest, input: plain(storage), filename }, contents: [] };
    if (base64 !== undefined) return { job: { ...rest, input: 'base64', content: base64, filename }, contents: [] };
    return { job: { ...rest, input: 'raw', content, filename }, contents: [] };
  }
  const inputs = await Promise.all(sources.map((file) => open(file as FileSource)));
  const given = sources.length === 1 ? name : undefined;
  const files = inputs.map((input) => ({ name: given ?? input.name, size: input.content.size }));
  return { job: { input: 'upload', files }, contents: inputs.map(({ content }) => content) };
}

function urlOf(source: Source): string | undefined {
  if (source instanceof URL) return source.href;
  return isRecord(source) && 'url' in source ? String(source.url) : undefined;
}

/** Opens a file without reading it. */
export async function open(source: FileSource): Promise<Input> {
  if (isBlob(source)) return { content: source, name: (source as Partial<File>).name };
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return { content: new Blob([source as BlobPart]), name: undefined };
  }
  const isAnswer = isResponse(source);
  if (isAnswer && !source.ok) throw bad(`the given answer is an error (${source.status}): check its URL`);
  if (!isAnswer && typeof source !== 'string') throw bad('this cannot be converted: give a File, a Blob, bytes, a URL, or in Node a path');
  try {
    return await (isAnswer ? { content: await source.blob(), name: undefined } : runtime.open(source));
  } catch (error) {
    throw new CloudConvertError({ code: 'input', message: `the input cannot be read: ${(error as Error).message}` }, error);
  }
}

/** Whether it is an object without a class of its own, such as `{ url }`. */
function isRecord(source: Source): source is Exclude<Source, FileSource | URL> {
  return typeof source === 'object' && source !== null && [Object.prototype, null].includes(Object.getPrototypeOf(source));
}

/** Of whatever class: a test with a simulated page has two of them. */
function isBlob(source: unknown): source is Blob {
  const { size, slice } = (source ?? {}) as Partial<Blob>;
  return typeof size === 'number' && typeof slice === 'function';
}

function isFiles(source: unknown): source is Files {
  return typeof (source as Files | null)?.item === 'function';
}

function isResponse(source: unknown): source is Response {
  return typeof (source as Response | null)?.blob === 'function';
}
