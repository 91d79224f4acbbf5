/**
 * The package's face. Everything behind it (WebAssembly included) is loaded when it is first used.
 *
 * @packageDocumentation
 */
import { load } from '#load';

import type { Client } from './client.js';
import { CloudConvertError } from './errors.js';
import type {
  Callback,
  ClientOptions,
  ConversionType,
  ConvertOptions,
  FileSource,
  Files,
  FollowOptions,
  FormatsOptions,
  ListedProcess,
  PrepareOptions,
  Prepared,
  Result,
  RunOptions,
  SignalOption,
  Source,
  Tasks,
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
  /** No `#private` member, for those cannot be read through a Proxy, such as Vue's; the options stay in its closure. */
  private declare readonly client: () => Promise<Client>;

  static {
    // Every call goes to what is behind the face, once that is loaded.
    for (const call of ['convert', 'run', 'prepare', 'upload', 'follow', 'delete', 'formats', 'processes', 'callback']) {
      const pass = async function (this: CloudConvert, ...given: unknown[]): Promise<unknown> {
        return ((await this.client()) as unknown as Record<string, (...given: unknown[]) => unknown>)[call]!(...given);
      };
      Object.assign(this.prototype, { [call]: pass });
    }
  }

  /** A page must hold no key: leave `apiKey` out there, and use {@link upload} and {@link follow}. */
  constructor(options: ClientOptions = {}) {
    if (typeof options !== 'object') {
      throw new CloudConvertError({ code: 'bad_request', message: 'call new CloudConvert({ apiKey })' });
    }
    Object.defineProperty(this, 'client', { value: loader({ ...options }) });
  }

  /** Loads what the first call would load. A page that will convert soon, calls it while its user still looks for a file. */
  async load(): Promise<void> {
    await this.client();
  }

  /**
   * Converts a file: creates and starts a process, uploads, follows, downloads, verifies and deletes. Several files or
   * URLs are for the modes `combine` and `archive`.
   */
  declare readonly convert: (source: Source | readonly Source[] | Files, options: ConvertOptions) => Promise<Result>;

  /**
   * Runs a job of one's own (version 2 of the API): tasks as the API writes them, by their names, and the files that its
   * uploads take, by the names of their tasks.
   *
   * @example
   * ```js
   * const tasks = {
   *   plan: { operation: 'import/upload' },
   *   small: { operation: 'thumbnail', input: 'plan', output_format: 'png' },
   *   files: { operation: 'export/url', input: ['plan', 'small'] },
   * };
   * const { files } = await client.run(tasks, { plan: file }, { download: 'each' });
   * ```
   */
  declare readonly run: (tasks: Tasks, files?: Readonly<Record<string, FileSource>>, options?: RunOptions) => Promise<Result>;

  /** Creates and starts a process that waits for an upload: what a backend does for a page that holds no key. */
  declare readonly prepare: (options: PrepareOptions) => Promise<Prepared>;

  /** Uploads a file to the upload URL of a process. Needs no key. */
  declare readonly upload: (uploadUrl: string | URL, file: FileSource, options?: UploadOptions) => Promise<void>;

  /** Follows a process to its end, downloads its output and deletes it. Needs no key. */
  declare readonly follow: (processUrl: string | URL, options?: FollowOptions) => Promise<Result>;

  /** Cancels a process, and deletes it with all its files. Needs no key. */
  declare readonly delete: (processUrl: string | URL, options?: SignalOption) => Promise<void>;

  /** What the service converts; only from or to a format, if wanted. Needs no key. */
  declare readonly formats: (options?: FormatsOptions) => Promise<ConversionType[]>;

  /** The processes that were started with the key. */
  declare readonly processes: (options?: SignalOption) => Promise<ListedProcess[]>;

  /** Reads the URL by which the service called back, or its query. Needs no key. */
  declare readonly callback: (called: string | URL) => Promise<Callback>;
}

/** Loads the client once. A failed load (a lost connection, say) is tried again by the next call. */
function loader(options: ClientOptions): () => Promise<Client> {
  let client: Promise<Client> | undefined;
  return () => {
    client ??= load(options);
    client.catch(() => (client = undefined));
    return client;
  };
}
