import { runtime } from '#host';

import init, { formats, run } from '../wasm/cloudconvert_wasm.js';
import { CloudConvertError, type ErrorFacts } from './errors.ts';
import type { Input, Store } from './host.ts';
import { MemoryStore } from './memory.ts';
import type {
  ClientOptions,
  ConversionType,
  ConvertOptions,
  DownloadOptions,
  FollowOptions,
  JobOptions,
  Patience,
  PrepareOptions,
  Prepared,
  Progress,
  ProgressOptions,
  Result,
  SignalOption,
  Source,
  UploadOptions,
} from './types.ts';

const BASE = 'https://api.cloudconvert.com/v1';

/** What the core says of a finished run. */
interface Output {
  processId?: string;
  processUrl?: string;
  uploadUrl?: string;
  url?: string;
  info?: unknown;
}

/** Everything behind the package's face. */
export class Client {
  readonly #options: ClientOptions;

  private constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Loads the WebAssembly, once for all clients. */
  static async load(options: ClientOptions): Promise<Client> {
    const bytes = await runtime.wasm();
    // Without bytes it fetches the file that lies beside it.
    await (bytes ? init({ module_or_path: bytes }) : (init as () => Promise<unknown>)());
    return new Client(options);
  }

  async convert(source: Source, options: ConvertOptions): Promise<Result> {
    const { job, input } = await read(source, options);
    const wish = { run: 'convert', ...this.#service(), job, policy: policy(options) };
    return this.#finish(wish, input, options);
  }

  async prepare(options: PrepareOptions): Promise<Prepared> {
    const { from } = options;
    const name = options.name ?? `input.${from ?? ''}`;
    const job = { ...jobOf(options), input: 'upload', name };
    const wish = { run: 'prepare', ...this.#service(), job, policy: policy(options) };
    const output = await this.#run(wish, undefined, options);
    return { id: output.processId ?? '', processUrl: output.processUrl ?? '', uploadUrl: output.uploadUrl ?? '' };
  }

  async upload(uploadUrl: string, file: Source, options: UploadOptions): Promise<void> {
    const { blob, name } = await open(file);
    const given = options.name ?? name ?? 'file';
    const wish = { run: 'upload', ...this.#origin(uploadUrl), name: given, size: blob.size, policy: policy(options) };
    await this.#run(wish, blob, options);
  }

  async follow(processUrl: string, options: FollowOptions): Promise<Result> {
    const wish = { run: 'follow', ...this.#origin(processUrl), policy: policy(options) };
    return this.#finish(wish, undefined, options);
  }

  async delete(processUrl: string, options: SignalOption): Promise<void> {
    await this.#run({ run: 'delete', ...this.#origin(processUrl), policy: {} }, undefined, options);
  }

  async formats(pair: { from?: string; to?: string }): Promise<ConversionType[]> {
    const { base, trusted } = this.#service();
    return formats({ base, trusted, ...pair }, host(undefined, new MemoryStore(), {})).catch(fail);
  }

  #service(): { base: string; key: string | undefined; trusted: string[] } {
    const { apiKey, baseUrl, trustedHosts } = this.#options;
    return { base: baseUrl ?? BASE, key: apiKey, trusted: trustedHosts ?? [] };
  }

  /** A URL that a backend handed out is trusted as it is, where no base URL was given. */
  #origin(url: string): { base: string | undefined; url: string; trusted: string[] } {
    return { base: this.#options.baseUrl, url, trusted: this.#options.trustedHosts ?? [] };
  }

  /** Runs a conversion whose outputs are wanted. */
  async #finish(wish: object, input: Blob | undefined, options: ProgressOptions & DownloadOptions): Promise<Result> {
    const store = options.saveTo === undefined ? new MemoryStore() : runtime.store(options.saveTo);
    try {
      const output = await this.#run(wish, input, options, store);
      const { files, paths } = await store.finish();
      return { files, paths, processId: output.processId, url: output.url, info: output.info };
    } catch (error) {
      await store.discard();
      throw error;
    }
  }

  async #run(
    wish: object,
    input: Blob | undefined,
    options: ProgressOptions,
    store: Store = new MemoryStore(),
  ): Promise<Output> {
    const { signal } = options;
    signal?.throwIfAborted();
    try {
      return await run(wish, host(input, store, options));
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      return fail(error);
    }
  }
}

/** The object through which the WebAssembly reaches the runtime. */
function host(input: Blob | undefined, store: Store, { signal, onProgress }: ProgressOptions): object {
  const onAbort = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
  let shown = '';
  return {
    seesRedirects: runtime.seesRedirects,
    get aborted() {
      return signal?.aborted ?? false;
    },
    onAbort,
    begin: (name: string, offset: number) => store.begin(name, offset),
    write: (chunk: Uint8Array<ArrayBuffer>) => store.write(chunk),
    upload: (
      method: string,
      url: string,
      headers: [string, string][],
      pieces: (Uint8Array<ArrayBuffer> | number)[],
      sent: (bytes: number) => void,
      abort: AbortSignal,
    ) => {
      // The runtime reads the file as it sends it; the bytes never pass through here.
      const body = new Blob(pieces.map((piece) => (typeof piece === 'number' ? (input ?? '') : piece)));
      return runtime.upload(method, url, headers, body, sent, abort);
    },
    progress: (progress: Progress) => {
      if (!onProgress) return;
      const text = JSON.stringify(progress);
      if (text === shown) return;
      shown = text;
      onProgress(progress);
    },
  };
}

function fail(error: unknown): never {
  if (error instanceof Error) throw error;
  throw new CloudConvertError(error as ErrorFacts);
}

/** The options that the core calls the policy. */
function policy(options: Patience & DownloadOptions & { upload?: string; onProgress?: unknown }): object {
  const { retries, deadline, download, upload, onProgress } = options;
  const watch = onProgress ? 'progress' : 'result';
  return defined({ retries, deadline, download, upload, watch });
}

function jobOf(options: JobOptions): object {
  const { to, from, mode, options: converter, tag, preset, timeout, email, callback, save, extra } = options;
  return defined({ to, from, mode, options: converter, tag, preset, timeout, email, callback, save, extra });
}

function defined(object: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** A source as the core sees it, and the bytes that it does not see. */
async function read(source: Source, options: ConvertOptions): Promise<{ job: object; input: Blob | undefined }> {
  const job = jobOf(options);
  if (source instanceof URL || (typeof source === 'object' && 'url' in source)) {
    const url = String(source instanceof URL ? source : source.url);
    return { job: { ...job, ...defined({ filename: options.name }), input: 'download', url }, input: undefined };
  }
  if (typeof source === 'object' && 'content' in source) {
    const { content, name } = source;
    return { job: { ...job, input: 'raw', content, filename: options.name ?? name }, input: undefined };
  }
  const { blob, name } = await open(source);
  const given = options.name ?? name ?? (options.from ? `input.${options.from}` : undefined);
  if (given === undefined) {
    throw new CloudConvertError({ code: 'bad_request', message: 'the file has no name; give one as `name`, or its format as `from`' });
  }
  return { job: { ...job, input: 'upload', name: given, size: blob.size }, input: blob };
}

async function open(source: Source): Promise<Input> {
  if (source instanceof Blob) return { blob: source, name: (source as Partial<File>).name };
  if (source instanceof Uint8Array) return { blob: new Blob([source as Uint8Array<ArrayBuffer>]), name: undefined };
  if (typeof source !== 'string') throw new TypeError('only files can be uploaded: give a File, a Blob, bytes or a path');
  try {
    return await runtime.open(source);
  } catch (error) {
    if (error instanceof TypeError) throw error;
    throw new CloudConvertError({ code: 'input', message: `the input cannot be read: ${(error as Error).message}` });
  }
}
