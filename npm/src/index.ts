/**
 * The package's face. Everything behind it (WebAssembly included) is loaded when it is first used.
 *
 * @packageDocumentation
 */
import { load } from '#load';

import type { Client } from './client.js';
import type {
  Callback,
  ClientOptions,
  ConversionType,
  ConvertOptions,
  FileSource,
  FollowOptions,
  FormatsOptions,
  ListedProcess,
  PrepareOptions,
  Prepared,
  Result,
  SignalOption,
  Source,
  UploadOptions,
} from './types.js';

export { CloudConvertError, type ErrorCode } from './errors.js';
export type * from './types.js';

/**
 * A client of the CloudConvert API.
 *
 * @example
 * ```js
 * const client = new CloudConvert({ apiKey });
 * const { files } = await client.convert(file, { to: 'jpg' });
 * ```
 */
export class CloudConvert {
  readonly #options: ClientOptions;
  #client: Promise<Client> | undefined;

  /** A page must hold no key: leave `apiKey` out there, and use {@link upload} and {@link follow}. */
  constructor(options: ClientOptions = {}) {
    this.#options = { ...options };
  }

  /** Loads what the first call would load. A page that will convert soon, calls it while its user still looks for a file. */
  async load(): Promise<void> {
    await this.#load();
  }

  /**
   * Converts a file: creates and starts a process, uploads, follows, downloads, verifies and deletes. Several files or
   * URLs are for the modes `combine` and `archive`.
   */
  async convert(source: Source | Source[], options: ConvertOptions): Promise<Result> {
    return (await this.#load()).convert(source, options);
  }

  /** Creates and starts a process that waits for an upload: what a backend does for a page that holds no key. */
  async prepare(options: PrepareOptions): Promise<Prepared> {
    return (await this.#load()).prepare(options);
  }

  /** Uploads a file to the upload URL of a process. Needs no key. */
  async upload(uploadUrl: string, file: FileSource, options: UploadOptions = {}): Promise<void> {
    return (await this.#load()).upload(uploadUrl, file, options);
  }

  /** Follows a process to its end, downloads its output and deletes it. Needs no key. */
  async follow(processUrl: string, options: FollowOptions = {}): Promise<Result> {
    return (await this.#load()).follow(processUrl, options);
  }

  /** Cancels a process, and deletes it with all its files. Needs no key. */
  async delete(processUrl: string, options: SignalOption = {}): Promise<void> {
    return (await this.#load()).delete(processUrl, options);
  }

  /** What the service converts; only from or to a format, if wanted. Needs no key. */
  async formats(options: FormatsOptions = {}): Promise<ConversionType[]> {
    return (await this.#load()).formats(options);
  }

  /** The processes that were started with the key. */
  async processes(options: SignalOption = {}): Promise<ListedProcess[]> {
    return (await this.#load()).processes(options);
  }

  /** Reads the URL by which the service called back, or its query. Needs no key. */
  async callback(called: string | URL): Promise<Callback> {
    return (await this.#load()).callback(String(called));
  }

  #load(): Promise<Client> {
    this.#client ??= load(this.#options);
    // A failed load (a lost connection, say) is tried again by the next call.
    this.#client.catch(() => (this.#client = undefined));
    return this.#client;
  }
}
