import { runtime } from '#host';

import { Bridge, type BridgeOptions } from './bridge.js';
import { type Hear, drive } from './driver.js';
import type { Content, Store } from './host.js';
import { MemoryStore } from './memory.js';
import { open, read } from './source.js';
import { start } from './start.js';
import type {
  ClientOptions,
  ConversionResult,
  ConversionType,
  ConvertOptions,
  DownloadOptions,
  FileSource,
  FollowOptions,
  FormatsOptions,
  PrepareOptions,
  Prepared,
  RunOptions,
  SignalOption,
  Sources,
  Tasks,
  UploadOptions,
} from './types/index.js';
import { address, policyOf, split, wished } from './wish.js';

/** What the core says of a finished run. */
interface Output {
  processId?: string;
  processUrl?: string;
  uploadUrl?: string;
  ticket?: string;
  url?: string;
  filename?: string;
  info?: unknown;
}

/** What is to be run, and the contents of its inputs. */
export interface Wish {
  wish: Record<string, unknown>;
  inputs: Content[];
}

/** What pages use first of all that is behind the package's face. */
export class Client {
  readonly #options: ClientOptions;
  /** The functions that are told of callbacks. */
  protected readonly hearers: Set<Hear> | undefined;

  protected constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Starts the WebAssembly, which the loader may have `found`. */
  static async load(options: ClientOptions, found?: Promise<Response>): Promise<Client> {
    await start(options.wasm, found);
    if (options.apiKey) runtime.warn?.();
    return new this(options);
  }

  async convert(source: Sources, options: ConvertOptions): Promise<ConversionResult> {
    const { wish, inputs } = await this.conversion(source, wished(options, "convert(file, { to: 'jpg' })"));
    return this.finish(wish, inputs, options);
  }

  async run(tasks: Tasks, files: Readonly<Record<string, FileSource>> = {}, options: RunOptions = {}): Promise<ConversionResult> {
    const { job, policy } = split(options);
    const opened = await Promise.all(Object.entries(files).map(async ([task, file]) => ({ task, ...(await open(file)) })));
    const parts = opened.map(({ task, name, content: { size } }) => ({ task, name, size }));
    const wish = { run: 'convert', ...this.service(), job: { ...job, tasks, files: parts }, policy };
    return this.finish(wish, opened.map(({ content }) => content), options);
  }

  async prepare(options: PrepareOptions): Promise<Prepared> {
    const { job, policy } = split(wished(options, "prepare({ from: 'png', to: 'jpg' })"));
    const wish = { run: 'prepare', ...this.service(), job: { ...job, input: 'upload' }, policy };
    const { processId: id = '', ticket = '', processUrl = '', uploadUrl = '' } = await this.perform(wish, options);
    return { id, ticket, processUrl, uploadUrl };
  }

  async upload(ticket: string | URL, source: FileSource, options: UploadOptions = {}): Promise<void> {
    const { content, name } = await open(source);
    const files = [{ name: options.name ?? name, size: content.size }];
    const wish = { run: 'upload', ...this.service(address(ticket, 'upload(ticket, file)')), files, policy: policyOf(options) };
    await this.perform(wish, options, [content]);
  }

  async follow(ticket: string | URL, options: FollowOptions = {}): Promise<ConversionResult> {
    return this.finish({ run: 'follow', ...this.service(address(ticket, 'follow(ticket)')), policy: policyOf(options) }, [], options);
  }

  async delete(ticket: string | URL, options: SignalOption = {}): Promise<void> {
    await this.perform({ run: 'delete', ...this.service(address(ticket, 'delete(ticket)')) }, options);
  }

  async formats(options: FormatsOptions = {}): Promise<ConversionType[]> {
    return (await this.call<{ types: ConversionType[] }>('types', options)).types;
  }

  /** What a conversion of a source is. */
  protected async conversion(source: Sources, options: ConvertOptions): Promise<Wish> {
    const { job, policy } = split(options);
    const { name, ...wishes } = job;
    const given = await read(source, name as string | undefined).catch((error) => {
      options.signal?.throwIfAborted();
      throw error;
    });
    const wanted = { ...wishes, ...given.job, filename: options.filename ?? given.job.filename };
    return { wish: { run: 'convert', ...this.service(), job: wanted, policy }, inputs: given.contents };
  }

  /** Makes a single call, whose members stand among its options. */
  protected call<T>(call: string, options: object, url?: string): Promise<T> {
    return this.perform(this.asked(call, options, url), options as SignalOption);
  }

  /** What that call is to the core. */
  protected asked(call: string, options: object, url?: string): Wish['wish'] {
    const { job, policy: { observed, pieces, ...policy } } = split(options);
    const members = Object.entries(job).filter(([, value]) => value !== undefined);
    return { call: { ...Object.fromEntries(members), call }, policy, ...this.service(url) };
  }

  /** The service that a call, perhaps of a URL, is for. */
  protected service(url?: string) {
    const { apiKey, baseUrl, trustedHosts } = this.#options;
    return { base: baseUrl, key: apiKey, url, trusted: trustedHosts ?? [] };
  }

  protected bridge(options: BridgeOptions, inputs: Content[], store: Store, Kind = Bridge): Bridge {
    return new Kind(inputs, store, options, this.#options);
  }

  /** Where outputs are written. */
  protected async store({ saveTo, download, overwrite }: DownloadOptions): Promise<Store> {
    return saveTo === undefined ? new MemoryStore() : runtime.store(saveTo, download === 'each', overwrite);
  }

  /** Runs a conversion whose outputs are wanted. */
  protected async finish(wish: Wish['wish'], inputs: Content[], options: BridgeOptions & DownloadOptions): Promise<ConversionResult> {
    const bridge = this.bridge(options, inputs, await this.store(options));
    try {
      return await this.result(bridge, await this.drive<Output>(wish, bridge, options));
    } catch (error) {
      await bridge.discard();
      throw error;
    }
  }

  protected async result(bridge: Bridge, { processId, url, filename, info }: Output): Promise<ConversionResult> {
    return { ...(await bridge.finish()), processId, url, filename, info };
  }

  /** Runs what has no outputs. */
  protected perform<T = Output>(wish: Wish['wish'], options: BridgeOptions, inputs: Content[] = []): Promise<T> {
    return this.drive(wish, this.bridge(options, inputs, new MemoryStore()), options);
  }

  /** Calls the WebAssembly. */
  protected async drive<T>(wish: Wish['wish'], bridge: Bridge, { signal }: BridgeOptions): Promise<T> {
    try {
      signal?.throwIfAborted();
      return (await drive(wish, bridge, this.hearers)) as T;
    } catch (error) {
      throw bridge.explain(error);
    } finally {
      bridge.close();
    }
  }
}
