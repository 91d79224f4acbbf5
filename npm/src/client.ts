import { runtime } from '#host';

import { Bridge } from './bridge.js';
import { drive } from './driver.js';
import { CloudConvertError } from './errors.js';
import type { Content, Store } from './host.js';
import { MemoryStore } from './memory.js';
import { open, read } from './source.js';
import { start } from './start.js';
import type {
  Callback,
  ClientOptions,
  ConversionType,
  ConvertOptions,
  DownloadOptions,
  FileSource,
  Files,
  FollowOptions,
  FormatsOptions,
  ListedProcess,
  PrepareOptions,
  Prepared,
  ProgressOptions,
  Result,
  RunOptions,
  SignalOption,
  Source,
  Tasks,
  UploadOptions,
} from './types.js';

/** What the core says of a finished run. */
interface Output {
  processId?: string;
  processUrl?: string;
  uploadUrl?: string;
  ticket?: string;
  url?: string;
  info?: unknown;
}

/** Everything behind the package's face. */
export class Client {
  readonly #options: ClientOptions;

  private constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Starts the WebAssembly, which the loader may have `found`. */
  static async load(options: ClientOptions, found?: Promise<Response>): Promise<Client> {
    await start(options.wasm, found);
    return new Client(options);
  }

  async convert(source: Source | readonly Source[] | Files, options: ConvertOptions): Promise<Result> {
    const { job, policy } = split(wished(options, "convert(file, { to: 'jpg' })"));
    const { name, ...wishes } = job;
    const given = await read(source, name as string | undefined, options.from);
    const wanted = { ...wishes, ...given.job, filename: options.filename ?? given.job.filename };
    const wish = { run: 'convert', ...this.#service(), job: wanted, policy };
    return this.#finish(wish, given.contents, options);
  }

  async run(tasks: Tasks, files: Readonly<Record<string, FileSource>> = {}, options: RunOptions = {}): Promise<Result> {
    const { job, policy } = split(options);
    const opened = await Promise.all(Object.entries(files).map(async ([task, file]) => ({ task, ...(await open(file)) })));
    const parts = opened.map(({ task, name, content: { size } }) => ({ task, name, size }));
    const wish = { run: 'convert', ...this.#service(), job: { ...job, tasks, files: parts }, policy };
    return this.#finish(wish, opened.map(({ content }) => content), options);
  }

  async prepare(options: PrepareOptions): Promise<Prepared> {
    const { job, policy } = split(wished(options, "prepare({ from: 'png', to: 'jpg' })"));
    const name = options.name ?? `input.${options.from ?? ''}`;
    const wish = { run: 'prepare', ...this.#service(), job: { ...job, input: 'upload', name }, policy };
    const output = await this.#run(wish, this.#bridge(options), options);
    const { processId: id = '', ticket = '', processUrl = '', uploadUrl = '' } = output;
    return { id, ticket, processUrl, uploadUrl };
  }

  async upload(uploadUrl: string | URL, source: FileSource, options: UploadOptions = {}): Promise<void> {
    const { content, name } = await open(source);
    const { policy } = split(options);
    const files = [{ name: options.name ?? name, size: content.size }];
    const wish = { run: 'upload', ...this.#service(address(uploadUrl, 'upload(uploadUrl, file)')), files, policy };
    await this.#run(wish, this.#bridge(options, [content]), options);
  }

  async follow(processUrl: string | URL, options: FollowOptions = {}): Promise<Result> {
    const { policy } = split(options);
    return this.#finish({ run: 'follow', ...this.#service(address(processUrl, 'follow(processUrl)')), policy }, [], options);
  }

  async delete(processUrl: string | URL, options: SignalOption = {}): Promise<void> {
    const wish = { run: 'delete', ...this.#service(address(processUrl, 'delete(processUrl)')) };
    await this.#run(wish, this.#bridge(options), options);
  }

  async formats({ from, to, signal }: FormatsOptions = {}): Promise<ConversionType[]> {
    const wish = { call: { call: 'types', from, to }, ...this.#service() };
    return (await this.#ask<{ types: ConversionType[] }>(wish, signal)).types;
  }

  async processes({ signal }: SignalOption = {}): Promise<ListedProcess[]> {
    let call: object | undefined = { call: 'list' };
    const listed: ListedProcess[] = [];
    while (call) {
      const page: { processes: ListedProcess[]; next?: object } = await this.#ask({ call, ...this.#service() }, signal);
      listed.push(...page.processes);
      call = page.next;
    }
    return listed;
  }

  async callback(called: string | URL): Promise<Callback> {
    return this.#ask({ called: String(called), ...this.#service() });
  }

  /** The service that a call, perhaps of a URL, is for. */
  #service(url?: string) {
    const { apiKey, baseUrl, trustedHosts } = this.#options;
    return { base: baseUrl, key: apiKey, url, trusted: trustedHosts ?? [] };
  }

  #bridge(options: ProgressOptions, inputs: Content[] = [], store: Store = new MemoryStore()): Bridge {
    return new Bridge(inputs, store, options, this.#options.fetch);
  }

  /** Runs a conversion whose outputs are wanted. */
  async #finish(wish: object, inputs: Content[], options: ProgressOptions & DownloadOptions): Promise<Result> {
    const { saveTo, download, overwrite } = options;
    const store = saveTo === undefined ? new MemoryStore() : await runtime.store(saveTo, download === 'each', overwrite);
    const bridge = this.#bridge(options, inputs, store);
    try {
      const { processId, url, info } = await this.#run(wish, bridge, options);
      return { ...(await bridge.finish()), processId, url, info };
    } catch (error) {
      await bridge.discard();
      throw error;
    }
  }

  #ask<T>(wish: object, signal?: AbortSignal): Promise<T> {
    return this.#run(wish, this.#bridge({ signal }), { signal });
  }

  /** Calls the WebAssembly. */
  async #run<T = Output>(wish: object, bridge: Bridge, { signal }: SignalOption): Promise<T> {
    try {
      signal?.throwIfAborted();
      return (await drive(wish, bridge)) as T;
    } catch (error) {
      throw bridge.explain(error);
    } finally {
      bridge.close();
    }
  }
}

/** Parts what the core calls the job from what it calls the policy, and from what is of no interest to it. */
function split(options: Partial<ConvertOptions>): { job: Record<string, unknown>; policy: object } {
  const { retries, throttles, deadline, download, upload, onProgress, signal, saveTo, overwrite, ...job } = options;
  return { job, policy: { retries, throttles, deadline, download, upload, pieces: runtime.takesPieces, observed: onProgress !== undefined } };
}

/** Options that are no options are what programs without types give. */
function wished<T>(options: T, call: string): T {
  if (typeof options !== 'object' || options === null) throw bad(`there are no options; call ${call}`);
  return options;
}

/** A URL that was handed out by `prepare` or `processes`. */
function address(url: string | URL, call: string): string {
  if (!url || !(typeof url === 'string' || url instanceof URL)) throw bad(`there is no URL; call ${call}`);
  return String(url);
}

function bad(message: string): CloudConvertError {
  return new CloudConvertError({ code: 'bad_request', message });
}
