/**
 * The upload of a file to what a backend prepared, and nothing else: a third of what a whole client weighs.
 *
 * @packageDocumentation
 */
import { wasm } from '#upload-wasm';

import { drive } from '../driver.js';
import { open } from '../source.js';
import { start } from '../start.js';
import type { FileSource } from '../types/index.js';
import { Uploader } from '../uploader.js';
import { address, policyOf } from '../wish.js';
import type { TicketUploadOptions } from './options.js';

export { CloudConvertError, type ErrorCode } from '../errors.js';
export type { Progress } from '../types/results.js';
export type { FileSource } from '../types/sources.js';
export type { TicketUploadOptions } from './options.js';

/**
 * Uploads a file by the ticket that the backend got from `prepare`, or to the upload URL of a process (version 1 of the API). It
 * repeats what fails, waits where the service asks for it, and tells how far it is.
 *
 * @example
 * ```js
 * await upload(ticket, file, { onProgress: ({ fraction }) => (bar.value = fraction) });
 * ```
 */
export async function upload(ticket: string | URL, file: FileSource, options: TicketUploadOptions = {}): Promise<void> {
  const { baseUrl, trustedHosts, fetch, wasm: given, name, ...rest } = options;
  const url = address(ticket, 'upload(ticket, file)');
  const { signal } = rest;
  signal?.throwIfAborted();
  await start(given, given ? undefined : wasm());
  const input = await open(file);
  const files = [{ name: name ?? input.name, size: input.content.size }];
  const uploader = new Uploader([input.content], rest, fetch);
  try {
    signal?.throwIfAborted();
    await drive({ run: 'upload', base: baseUrl, url, trusted: trustedHosts ?? [], files, policy: policyOf(rest) }, uploader);
  } catch (error) {
    throw uploader.explain(error);
  } finally {
    uploader.close();
  }
}
