import type { ConversionType, FormatsOptions } from '../types/calls.js';
import type { FollowOptions, PrepareOptions, SignalOption, Target, UploadOptions } from '../types/options.js';
import type { ConversionResult, Prepared } from '../types/results.js';
import type { FileSource } from '../types/sources.js';

/** Conversions in parts: what a backend and its pages share. */
export interface Parts {
  /**
   * Creates and starts a process that waits for an upload: what a backend does for a page that holds no key.
   *
   * @throws {CloudConvertError} `bad_request` at once for options that are wrong; `unauthorized` without a key that may create.
   *
   * @example
   * ```js
   * const { ticket } = await client.prepare({ name: 'photo.png', to: 'jpg' });
   * await client.upload(ticket, file);
   * const { files } = await client.follow(ticket);
   * console.log(files.length);
   * ```
   */
  prepare(options: PrepareOptions & Target): Promise<Prepared>;

  /**
   * Uploads a file to what was prepared: by its ticket, or by the upload URL of a process. Needs no key.
   *
   * @throws {CloudConvertError} `bad_request` for what is no ticket, `input` for a file that cannot be read, `not_found` where nothing waits for it any more.
   *
   * @example
   * ```js
   * const { ticket } = await client.prepare({ name: 'photo.png', to: 'jpg' });
   * await client.upload(ticket, file, { onProgress: ({ sent, total }) => console.log(sent, total) });
   * await client.delete(ticket);
   * ```
   */
  upload(ticket: string | URL, file: FileSource, options?: UploadOptions): Promise<void>;

  /**
   * Follows a process to its end, downloads its output and deletes it: by its ticket or its URL; with version 2 of the API, by
   * its ID. With version 1 it needs no key.
   *
   * @throws {CloudConvertError} `bad_request` for what is no ticket, `not_found` where it is gone, `conversion_failed` where the service cannot convert it; else as
   * {@link convert}.
   *
   * @example
   * ```js
   * const { ticket } = await client.prepare({ name: 'photo.png', to: 'jpg' });
   * await client.upload(ticket, file);
   * const { files } = await client.follow(ticket, { onProgress: ({ percent }) => console.log(percent) });
   * console.log(files[0].name);
   * ```
   */
  follow(ticket: string | URL, options?: FollowOptions): Promise<ConversionResult>;

  /**
   * Cancels a process, and deletes it with all its files: by its ticket or its URL; with version 2 of the API, by its ID. With
   * version 1 it needs no key.
   *
   * @throws {CloudConvertError} `bad_request` for what is no ticket. What is gone already counts as deleted.
   *
   * @example
   * ```js
   * const { ticket } = await client.prepare({ name: 'photo.png', to: 'jpg' });
   * await client.delete(ticket);
   * ```
   */
  delete(ticket: string | URL, options?: SignalOption): Promise<void>;

  /**
   * What the service converts; only from or to a format, if wanted. Needs no key.
   *
   * @throws {CloudConvertError} `network`, `timeout` or `unavailable` where the service does not answer.
   *
   * @example
   * ```js
   * const formats = await client.formats({ from: 'png' });
   * console.log(formats.map(({ to }) => to));
   * ```
   */
  formats(options?: FormatsOptions): Promise<ConversionType[]>;
}
