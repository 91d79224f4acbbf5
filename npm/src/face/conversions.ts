import type { CallOptions, ConvertOptions, ManyOptions, NamedTarget, ResumeOptions, RunOptions, Target } from '../types/options.js';
import type { Callback, ConversionResult, Converted } from '../types/results.js';
import type { FileSource, Sources, Tasks } from '../types/sources.js';

/** Whole conversions. */
export interface Conversions {
  /**
   * Converts a file: creates and starts a process, uploads, follows, downloads, verifies and deletes. Several files or
   * URLs are for the modes `combine` and `archive`.
   *
   * @throws {CloudConvertError} `bad_request` at once for options that are wrong or contradict each other, `input` for a file that cannot be read, `output` for a
   * place that cannot be written; later whatever the service or the network ends with.
   *
   * @example
   * ```js
   * const { files } = await client.convert(file, { to: 'jpg' });
   * console.log(files[0].name);
   * ```
   */
  convert(source: Sources, options: ConvertOptions & (Target | NamedTarget)): Promise<ConversionResult>;

  /**
   * Converts many; gives each when it has ended, well or not. When the service asks one to slow down, all do. Sources are taken
   * when their turn comes, so there may be any number of them. Leaving the loop cancels what still runs.
   *
   * @throws {CloudConvertError} `bad_request` for options that all share, such as `concurrency: 0`. What ends one of them is its `error`.
   *
   * @example
   * ```js
   * for await (const { source, result, error } of client.convertMany([file, other], { to: 'jpg', concurrency: 10 })) {
   *   console.log(source.name, error?.code ?? result.files[0].size);
   * }
   * ```
   */
  convertMany<S extends Sources>(sources: Iterable<S> | AsyncIterable<S>, options: ManyOptions<S> & Target): AsyncGenerator<Converted<S>, void, void>;

  /**
   * Runs a job of one's own (version 2 of the API): tasks as the API writes them, by their names, and the files that its
   * uploads take, by the names of their tasks.
   *
   * @throws {CloudConvertError} `bad_request` at once for tasks or files that are wrong; later as {@link convert}.
   *
   * @example
   * ```js
   * const tasks = {
   *   plan: { operation: 'import/upload' },
   *   small: { operation: 'thumbnail', input: 'plan', output_format: 'png', width: 50, filename: 'small.png' },
   *   files: { operation: 'export/url', input: ['plan', 'small'] },
   * };
   * const { files } = await client.run(tasks, { plan: file }, { download: 'each' });
   * console.log(files.length);
   * ```
   */
  run(tasks: Tasks, files?: Readonly<Record<string, FileSource>>, options?: RunOptions): Promise<ConversionResult>;

  /**
   * Goes on with a conversion that a `checkpoint` told of, perhaps in another program or after a page was loaded anew: with the
   * same service and, where there is one, the same key. Outputs that were not saved yet are downloaded again.
   *
   * @throws {CloudConvertError} `bad_request` for what is no saved state, or lacks the file or the job that is still needed; else as {@link convert}.
   *
   * @example
   * ```js
   * let saved;
   * await client.convert(file, { to: 'jpg', checkpoint: (state) => (saved ??= state) });
   * // Later, because the first program is gone:
   * const { files } = await client.resume(saved, { source: file });
   * console.log(files.length);
   * ```
   */
  resume(saved: string, options?: ResumeOptions): Promise<ConversionResult>;

  /**
   * Tells the conversions of this client that wait for their callback (`watch: 'callback'`) that the service called: by the
   * URL that was called or its query, or by a webhook that `verifyWebhook` has read. Gives what it says. Anybody can call, so
   * it only makes the client ask. Needs no key.
   *
   * @throws {CloudConvertError} `bad_request` where the call names no conversion, `untrusted_url` where it names one of another service.
   *
   * @example
   * ```js
   * const { id } = await client.calledBack('https://example.org/done?id=v4cw72hf3&step=finished');
   * console.log(id);
   * ```
   */
  calledBack(called: string | URL | { jobId: string; event: string }, options?: CallOptions): Promise<Callback>;
}
