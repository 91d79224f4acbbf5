import type { Mode, OperationOptions } from './operations.js';
import type { FileSource, Sources } from './sources.js';
import type { StorageLocation } from './storages.js';
import type { Progress } from './results.js';

/** What ends a call before its time. */
export interface SignalOption {
  /**
   * Cancels; the process is deleted, then the promise rejects with the signal's reason. Default: nothing cancels. When: people may change
   * their minds, or what wants the result ends.
   */
  signal?: AbortSignal | undefined;
}

/** Who looks, and what ends it before its time. */
export interface ProgressOptions extends SignalOption {
  /** Called whenever something has changed. What it throws is reported and cancels nothing; `signal` does. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** How much patience a conversion has. Times are milliseconds. */
export interface Patience {
  /** How many requests may be repeated after failures. Default: 20; of a single call 5. */
  retries?: number | undefined;
  /** How often the service may ask to slow down. Default: 200; of a single call 10. */
  throttles?: number | undefined;
  /** How long the whole may take. Default: six hours; of a single call two minutes. A single download has none: it ends a minute after its last byte. */
  deadline?: number | undefined;
  /** How long a request that moves no file may stay without an answer. Default: 30 seconds. */
  requestTimeout?: number | undefined;
}

/** What is to be made of a file. */
export interface JobOptions {
  /** The output format, such as `jpg`. Left out where the mode tells it, as `optimize` does, or in Node the name of the file in `saveTo`. */
  to?: string | undefined;
  /** The input format, where the file's name does not tell it. */
  from?: string | undefined;
  /** The name of the input, with its extension, where the file has none of its own. */
  name?: string | undefined;
  /** What the service is to call the input, where that is not `name`. */
  filename?: string | undefined;
  /** What is done with the input. Default: `convert`. */
  mode?: Mode | undefined;
  /** The name of the output, with its extension; `%d` in it counts several outputs (version 2 of the API). */
  outputFilename?: string | undefined;
  /** The program that does the work, such as `imagemagick` (version 2 of the API). */
  engine?: string | undefined;
  /** The version of that program (version 2 of the API). */
  engineVersion?: string | undefined;
  /** The options of the operation, named as the API names them: they depend on the mode, and those of `convert` on the pair of formats. */
  options?: Record<string, unknown> | undefined;
  /** A mark of your own: a text, or an object that is written as JSON. */
  tag?: unknown;
  /** The ID of a preset that your account keeps (version 1 of the API). */
  preset?: string | undefined;
  /** After how many seconds the service cancels. */
  timeout?: number | undefined;
  /** Whether the service sends a mail at the end (version 1 of the API). */
  email?: boolean | undefined;
  /** Where the service stores the output. Then there is nothing to download. */
  output?: 'dropbox' | 'googledrive' | StorageLocation | undefined;
  /** The URL that the service calls in the end. */
  callback?: string | undefined;
  /** Whether the service keeps the files after the download. */
  save?: boolean | undefined;
  /** Further parameters of the API, for what this version does not know. */
  extra?: Record<string, unknown> | undefined;
}

/** Where outputs go, and what becomes of the conversion on the service. */
export interface DownloadOptions {
  /** The output as one file (a ZIP where there are several), each file on its own, or nothing. Default: `whole`. */
  download?: 'whole' | 'each' | 'none' | undefined;
  /**
   * Writes there instead of into memory: to a stream, which is closed when the output is whole; in a page to the file of a handle,
   * of `showSaveFilePicker` or of the page's own file system, which changes when the output is whole; or in Node to this file, or
   * into this folder (one that exists, or a path that ends with a slash). Files get their names when all of them are whole; a pipe or
   * a device is written then, and waits for its reader.
   */
  saveTo?: string | WritableStream<Uint8Array> | WritableFile | undefined;
  /** In Node: whether a file of the same name in the folder is replaced; otherwise the name gets a number. Default: no. */
  overwrite?: boolean | undefined;
  /** Whether the conversion is deleted on the service in the end, with its files. Default: yes. */
  delete?: boolean | undefined;
  /**
   * How the end is waited for: by polls that show the percent, by long polls, or by the `callback`, which you pass on to
   * `calledBack`. Default: `progress` with `onProgress`, else `result`.
   */
  watch?: 'progress' | 'result' | 'callback' | undefined;
  /**
   * Called with a saved state, which `resume` takes, before each request that may change something on the service. The request
   * waits for a promise that it returns. The state holds no key, no file and no credentials, and is as private as a link
   * to the file. What it throws is reported and cancels nothing.
   */
  checkpoint?: ((saved: string) => unknown) | undefined;
}

/** A `FileSystemFileHandle`, of which not every program has the type. */
export interface WritableFile {
  createWritable(): Promise<WritableStream<any>>;
}

/** The options of a mode: those that are known, and any other. */
type OptionsOf<M extends Mode> = (OperationOptions[M] & Record<string, unknown>) | undefined;

/** What every conversion needs: the output format, or a mode that tells it. The mode tells the options. */
export type Target = { to: string; mode?: 'convert' | undefined; options?: OptionsOf<'convert'> } | { [M in Mode]: { mode: M; options?: OptionsOf<M> } }[Mode];

/** In Node: the name of the file that the output becomes tells the format. */
export interface NamedTarget {
  saveTo: string;
  to?: undefined;
  mode?: 'convert' | undefined;
  options?: OptionsOf<'convert'>;
}

/** All that a conversion can be told, beside its target. */
export interface ConvertOptions extends JobOptions, ProgressOptions, Patience, DownloadOptions {
  /** How the input is uploaded (version 1 of the API). Default: `multipart`. */
  upload?: 'multipart' | 'put' | undefined;
}

/** As `ConvertOptions`; functions are also told which source it is about. */
export interface ManyOptions<S> extends Omit<ConvertOptions, 'onProgress' | 'saveTo' | 'checkpoint'> {
  /** How many run at once: a whole number from 1 on. Default: 5. */
  concurrency?: number | undefined;
  /** A folder, or what gives the file, the folder or the stream for a source. */
  saveTo?: string | ((source: S) => DownloadOptions['saveTo']) | undefined;
  /** As in `ConvertOptions`, with the source that it is about. */
  onProgress?: ((progress: Progress, source: S) => void) | undefined;
  /** As in `ConvertOptions`, with the source that it is about. */
  checkpoint?: ((saved: string, source: S) => unknown) | undefined;
}

/**
 * How a saved conversion goes on. What is not told stays as it was; `retries`, `throttles` and `deadline` count from now on, and
 * `download` may change as long as no output has its name. With `to` or `mode`, it is the whole job once more: content and
 * credentials of storages are not in a saved state.
 */
export interface ResumeOptions extends JobOptions, ProgressOptions, Patience, DownloadOptions {
  /** How the input is uploaded (version 1 of the API). */
  upload?: 'multipart' | 'put' | undefined;
  /** What is uploaded, where the upload was not over yet. */
  source?: Sources | undefined;
  /** The same of a job of one's own, by the names of its tasks. */
  files?: Readonly<Record<string, FileSource>> | undefined;
}

/** What a conversion is prepared with. */
export interface PrepareOptions extends JobOptions, SignalOption, Patience {}

/** All that a job of one's own can be told beside its tasks. */
export interface RunOptions extends ProgressOptions, Patience, DownloadOptions {
  /** A text of your own. */
  tag?: string | undefined;
  /** The URL that the service calls in the end. */
  callback?: string | undefined;
}

/** How an upload is done. */
export interface UploadOptions extends ProgressOptions, Patience {
  /** How the file is uploaded (version 1 of the API). Default: `multipart`. */
  upload?: 'multipart' | 'put' | undefined;
  /** The name of the file, with its extension, where the file has none of its own. */
  name?: string | undefined;
}

/** How a prepared conversion is followed. */
export interface FollowOptions extends ProgressOptions, Patience, DownloadOptions {}

/** A single call. */
export interface CallOptions extends SignalOption, Patience {}
