import { Many } from '../../wasm/cloudconvert_wasm.js';
import type { Bridge, BridgeOptions } from '../bridge.js';
import { Client, type Wish } from '../client.js';
import type { Hear } from '../driver.js';
import type { Content, Store } from '../host.js';
import { open, read } from '../source.js';
import type { CallOptions, Callback, ClientOptions, ConversionResult, Converted, DownloadOptions, ManyOptions, ResumeOptions, Sources } from '../types/index.js';
import { bad, split, wished } from '../wish.js';
import { KeepingBridge } from './bridge.js';
import { type Begun, Herd } from './many.js';
import { type Facts, parse } from './saved.js';

type Options = BridgeOptions & DownloadOptions & { facts?: Facts };

/** What few pages do with conversions: many at once, saved states, callbacks. */
export class Conversions extends Client {
  protected override readonly hearers = new Set<Hear>();

  async *convertMany<S extends Sources>(sources: Iterable<S> | AsyncIterable<S>, options: ManyOptions<S>): AsyncGenerator<Converted<S>, void, void> {
    const { concurrency, saveTo, onProgress, checkpoint, ...rest } = wished(options, "convertMany(files, { to: 'jpg' })");
    rest.signal?.throwIfAborted();
    // One folder takes outputs of many: what it cannot be is told before anything begins.
    const folder = saveTo && typeof saveTo === 'string' ? `${saveTo}/` : undefined;
    if (folder) await this.store({ saveTo: folder });
    const begin = async (source: S): Promise<Begun> => {
      const own = {
        ...rest,
        saveTo: typeof saveTo === 'function' ? saveTo(source) : (folder ?? saveTo),
        onProgress: onProgress && ((progress) => onProgress(progress, source)),
        checkpoint: checkpoint && ((saved) => checkpoint(saved, source)),
      } satisfies BridgeOptions & DownloadOptions;
      const { wish, inputs } = await this.conversion(source, own);
      const bridge = this.bridge(own, inputs, await this.store(own));
      return { wish: this.#keep(wish, bridge, own), bridge, finish: (output) => this.result(bridge, output) };
    };
    yield* new Herd(sources, concurrency, begin).run(rest.signal, this.hearers);
  }

  async resume(saved: string, { source, files, ...options }: ResumeOptions = {}): Promise<ConversionResult> {
    const { conversion, saveTo: before, overwrite: replaced, each, ...facts } = parse(saved);
    const { job, policy } = split(options);
    const given = source === undefined ? undefined : await read(source, options.name);
    const inputs = files ? (facts.tasks ?? []).map(async (task) => (await open(files[task]!)).content) : (given?.contents ?? []);
    delete job.name;
    const wanted = { ...job, ...given?.job, filename: options.filename ?? given?.job.filename };
    const wish = { saved: conversion, job: wanted, policy, ...this.service(facts.url) };
    const { saveTo = before, overwrite = replaced, download = each ? ('each' as const) : undefined } = options;
    const chosen = { ...options, facts, saveTo, overwrite, download };
    const result = await this.finish(wish, await Promise.all(inputs), chosen);
    return { ...result, paths: [...(facts.paths ?? []), ...result.paths] };
  }

  async calledBack(called: string | URL | { jobId: string; event: string }, options: CallOptions = {}): Promise<Callback> {
    const told = called instanceof URL || typeof called !== 'object' ? String(called) : { ...called, job: undefined };
    const callback = await this.perform<Callback>({ called: told, ...this.service() }, options);
    for (const hear of [...this.hearers]) hear({ called: callback });
    return callback;
  }

  static override async load(options: ClientOptions, found?: Promise<Response>): Promise<Client> {
    const client = await super.load(options, found);
    try {
      new Many(undefined).free();
    } catch {
      throw bad('this call needs the whole WebAssembly: give cloudconvert_wasm_bg.wasm as `wasm`');
    }
    return client;
  }

  protected override bridge(options: BridgeOptions, inputs: Content[], store: Store): Bridge {
    return super.bridge(options, inputs, store, KeepingBridge);
  }

  protected override drive<T>(wish: Wish['wish'], bridge: Bridge, options: Options): Promise<T> {
    return super.drive(this.#keep(wish, bridge, options), bridge, options);
  }

  /** Tells where outputs go, asks for saved states where somebody wants them, and gives the bridge what stands beside them. */
  #keep(given: Wish['wish'], bridge: Bridge, { checkpoint, saveTo, overwrite, download, facts }: Options): Wish['wish'] {
    const isPath = typeof saveTo === 'string';
    const wish: Wish['wish'] = { ...given, save_to: isPath ? (bridge as KeepingBridge).named : saveTo && { present: 'stream' } };
    if (!checkpoint) return wish;
    const files = ((wish.job ?? {}) as { files?: { task?: string }[] }).files ?? [];
    const tasks = files.flatMap(({ task }) => task ?? []);
    const own = { saveTo: isPath ? saveTo : undefined, overwrite, each: download === 'each', tasks, url: wish.url as string | undefined };
    (bridge as KeepingBridge).facts = { ...own, ...facts };
    // What is elsewhere than in files is gone with this program.
    return { ...wish, checkpoint: isPath ? 'files' : 'memory' };
  }
}
