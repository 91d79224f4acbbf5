import type {
  Created,
  CreateOptions,
  Launched,
  LaunchOptions,
  ListedProcess,
  OutputOptions,
  ProcessesOptions,
  ProcessLike,
  StartOptions,
  Status,
  StatusOptions,
} from '../types/calls.js';
import type { Target } from '../types/options.js';
import type { ConversionResult } from '../types/results.js';
import type { Sources } from '../types/sources.js';

/** Single calls about processes, and with version 2 of the API about jobs. Pages load what makes them when it is first used. */
export interface Processes {
  /**
   * The processes of the key; with version 2 of the API its jobs. It asks for the next page by itself.
   *
   * @throws {CloudConvertError} `unauthorized` without a key that may read; `network`, `timeout` or `unavailable` where the service does not answer.
   *
   * @example
   * ```js
   * for await (const { id, step, url } of client.processes({ status: 'finished' })) {
   *   console.log(id, step);
   *   await client.delete(url);
   * }
   * ```
   */
  processes(options?: ProcessesOptions): AsyncGenerator<ListedProcess, void, void>;

  /**
   * Creates and starts in one call what needs no upload, and follows nothing. For those who are told of the end by a
   * `callback` or a webhook, or who `follow` later. It is sent once: where it is aborted, or its answer is lost, it may have
   * been done all the same, and `processes` tells.
   *
   * @throws {CloudConvertError} `bad_request` at once for what needs an upload, or for options that are wrong; `conversion_failed` where `answered` waits for the
   * end.
   *
   * @example
   * ```js
   * const { url } = await client.launch({ content: '# Hello', name: 'hello.md' }, { to: 'html' });
   * const { files } = await client.follow(url);
   * console.log(files[0].name);
   * ```
   */
  launch(source: Sources, options: LaunchOptions & Target): Promise<Launched>;

  /**
   * How far a process or a job is. With version 1 of the API it needs no key.
   *
   * @throws {CloudConvertError} `not_found` where it is gone.
   *
   * @example
   * ```js
   * const { id, url } = await client.launch({ content: '# Hello', name: 'hello.md' }, { to: 'html' });
   * const { step, percent } = await client.status(url);
   * console.log(id, step, percent);
   * await client.delete(url);
   * ```
   */
  status(process: ProcessLike, options?: StatusOptions): Promise<Status>;

  /**
   * Downloads one output by the URL that a status told, and leaves it where it is: into memory, to a file, or to a stream.
   * A download that breaks off begins anew; those of `convert` and `follow` go on, and are verified. Needs no key.
   *
   * @throws {CloudConvertError} `not_found` where the output is gone, `output` for a place that cannot be written.
   *
   * @example
   * ```js
   * const { url } = await client.launch({ content: '# Hello', name: 'hello.md' }, { to: 'html' });
   * let status;
   * do status = await client.status(url); while (status.step !== 'finished');
   * const { files } = await client.download(status.url, { name: 'hello.html' });
   * console.log(await files[0].text());
   * await client.delete(url);
   * ```
   */
  download(outputUrl: string | URL, options?: OutputOptions): Promise<ConversionResult>;

  /**
   * Creates a process that has not begun (version 1 of the API).
   *
   * @throws {CloudConvertError} `bad_request` for formats that are none, and with version 2 of the API; `unauthorized` without a key.
   *
   * @example
   * ```js
   * const { url } = await client.create({ from: 'md', to: 'html' });
   * await client.delete(url);
   * ```
   */
  create(options: CreateOptions): Promise<Created>;

  /**
   * Starts a process (version 1 of the API). Without a source it then waits for an upload. Needs no key.
   *
   * @throws {CloudConvertError} `bad_request` at once for options that are wrong, and with version 2 of the API; `not_found` where it is gone.
   *
   * @example
   * ```js
   * const { url } = await client.create({ from: 'png', to: 'jpg' });
   * const { uploadUrl } = await client.start(url, undefined, { to: 'jpg' });
   * await client.upload(uploadUrl, file);
   * const { files } = await client.follow(url);
   * console.log(files[0].name);
   * ```
   */
  start(process: ProcessLike, source: Sources | undefined, options: StartOptions & Target): Promise<Status>;
}
