/** How a client reaches the service. */
export interface ClientOptions {
  /** The API key. Never in a page: whoever opens the page can read it. */
  apiKey?: string | undefined;
  /** Where the service is. Default: `https://api.cloudconvert.com/v2`. */
  baseUrl?: string | undefined;
  /** Further hosts that the service may name in its URLs. */
  trustedHosts?: readonly string[] | undefined;
  /**
   * The package's `cloudconvert_wasm_bg.wasm`, or where it is, for the rare runtime that cannot load it by itself, and for
   * pages that speak both versions of the API (`…_v1_bg.wasm` and `…_v2_bg.wasm` have one each). The
   * first client to be used loads it for all.
   */
  wasm?: string | URL | Response | ArrayBuffer | Uint8Array | Module | undefined;
  /**
   * Sends every request, uploads too: for proxies, certificates and tests. Default: the global `fetch`, and for uploads
   * in pages XMLHttpRequest, because a page's `fetch` does not tell how far an upload is.
   */
  fetch?: typeof fetch | undefined;
}

/** A `WebAssembly.Module`, of which not every program has the type. */
interface Module {
  readonly [Symbol.toStringTag]?: 'WebAssembly.Module';
}

/** Several files, as a page has them: a `FileList`. */
export interface Files {
  readonly length: number;
  item(index: number): Blob | null;
  readonly [index: number]: Blob;
}

/** A file: a `File`, a `Blob`, bytes, a `Response` of `fetch`, or in Node a path. */
export type FileSource = Blob | ArrayBuffer | ArrayBufferView | Response | string;

/** What is converted: a file; a URL that the service downloads; small content with the name of a file; or files in a storage. */
export type Source =
  | FileSource
  | URL
  | { url: string | URL }
  | { content: string; name: string }
  | { base64: string; name: string }
  | { storage: Storage; file: string }
  | { storage: Storage; files: readonly string[] };

/** Further fields of a storage, for what has no name here. */
type More = Record<string, unknown>;

/** A storage of your own with what opens it, as the API writes it. A place for outputs also has a `path`. */
export type Storage =
  | { s3: { accesskeyid: string; secretaccesskey: string; bucket: string; region?: string | undefined; path?: string | undefined } & More }
  | { openstack: { authurl: string; username: string; password: string; container: string; path?: string | undefined } & More }
  | { azure: { accountname: string; accountkey: string; container: string; path?: string | undefined } & More }
  | { googlecloud: { projectid: string; bucket: string; credentials: object; path?: string | undefined } & More }
  | { ftp: { host: string; user: string; password: string; port?: number | undefined; path?: string | undefined } & More };

export interface SignalOption {
  /** Cancels; the process is deleted, then the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** How far a conversion is. */
export interface Progress {
  /** What the client is doing. */
  stage: 'create' | 'start' | 'upload' | 'convert' | 'download' | 'delete' | 'done';
  /** How much of the whole is done, from 0 to 1: always a finite number, which never goes back, and is 1 at the end. */
  fraction: number;
  /** The step of the service: `input`, `wait`, `convert`, `output`, `finished`, or one that comes later. */
  step: string | null;
  /** How much of the conversion the service has done, from 0 to 100. */
  percent: number | null;
  /** What the service says about it. */
  message: string;
  /** Bytes of the input sent. */
  sent: number;
  /** Bytes of the present output received. */
  received: number;
  /** How many bytes the present upload or download has, where known. */
  total: number | null;
  /** How fast the present upload or download is, in bytes per second, once that can be told. */
  speed: number | null;
  /** How long the present upload, conversion or download still takes at its pace, in milliseconds, once that can be told. */
  timeLeft: number | null;
  /** Failures in a row of the present call. */
  attempt: number;
  processId?: string | undefined;
}

export interface ProgressOptions extends SignalOption {
  /** Called whenever something has changed. What it throws is reported and cancels nothing; `signal` does. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** How much patience a conversion has. Times are milliseconds. */
export interface Patience {
  /** How many requests may be repeated after failures. Default: 20. */
  retries?: number | undefined;
  /** How often the service may ask to slow down. Default: 200. */
  throttles?: number | undefined;
  /** How long the whole may take. Default: six hours. */
  deadline?: number | undefined;
}

/** What is to be made of a file. */
export interface JobOptions {
  /** The output format, such as `jpg`. */
  to: string;
  /** The input format, where the file's name does not tell it. */
  from?: string | undefined;
  /** The name of the input, with its extension, where the file has none of its own. */
  name?: string | undefined;
  /** What the service is to call the input, where that is not `name`. */
  filename?: string | undefined;
  mode?: 'convert' | 'info' | 'combine' | 'archive' | 'extract' | undefined;
  /** `converteroptions`: they depend on the pair of formats. */
  options?: Record<string, unknown> | undefined;
  tag?: unknown;
  preset?: string | undefined;
  /** After how many seconds the service cancels. */
  timeout?: number | undefined;
  email?: boolean | undefined;
  /** Where the service stores the output. Then there is nothing to download. */
  output?: 'dropbox' | 'googledrive' | Storage | undefined;
  /** The URL that the service calls in the end. */
  callback?: string | undefined;
  /** Whether the service keeps the files after the download. */
  save?: boolean | undefined;
  /** Further parameters of the API, for what this version does not know. */
  extra?: Record<string, unknown> | undefined;
}

export interface DownloadOptions {
  /** The output as one file (a ZIP where there are several), each file on its own, or nothing. Default: `whole`. */
  download?: 'whole' | 'each' | 'none' | undefined;
  /**
   * In Node: writes to this file, or into this folder (one that exists, or a path that ends with a slash), instead of
   * memory. Files get their names when all of them are whole.
   */
  saveTo?: string | undefined;
  /** In Node: whether a file of the same name in the folder is replaced; otherwise the name gets a number. Default: no. */
  overwrite?: boolean | undefined;
}

export interface ConvertOptions extends JobOptions, ProgressOptions, Patience, DownloadOptions {
  /** How the input is uploaded. Default: `multipart`. */
  upload?: 'multipart' | 'put' | undefined;
}

export interface PrepareOptions extends JobOptions, SignalOption, Patience {}

/** The tasks of a job of one's own, as version 2 of the API writes them, by their names. */
export type Tasks = Readonly<Record<string, { operation: string; input?: string | readonly string[] } & More>>;

export interface RunOptions extends ProgressOptions, Patience, DownloadOptions {
  /** A text of your own. */
  tag?: string | undefined;
  /** The URL that the service calls in the end. */
  callback?: string | undefined;
}

export interface UploadOptions extends ProgressOptions, Patience {
  /** How the file is uploaded. Default: `multipart`. */
  upload?: 'multipart' | 'put' | undefined;
  /** The name of the file, with its extension, where the file has none of its own. */
  name?: string | undefined;
}

export interface FollowOptions extends ProgressOptions, Patience, DownloadOptions {}

export interface FormatsOptions extends SignalOption {
  /** Only from this format. */
  from?: string | undefined;
  /** Only to this format. */
  to?: string | undefined;
}

/** One of the processes of a key. */
export interface ListedProcess {
  id: string;
  /** Where it is followed. */
  url: string | null;
  step: string | null;
  /** When it was started, as the service writes it: `2013-01-07 23:03:53`. */
  started: string | null;
  ended: string | null;
  /** The whole entry, as the service wrote it. */
  entry: Record<string, unknown>;
}

/** What the service says when it calls back: a hint to follow that process, and no proof, for anybody can call. */
export interface Callback {
  id: string | null;
  /** Where the process is followed. */
  url: string | null;
  /** `finished` or `error`. */
  step: string | null;
}

/** A process that waits for an upload. */
export interface Prepared {
  id: string;
  /**
   * What `upload`, `follow` and `delete` of a page take: one text, to be passed on as it is, and kept as private as a link
   * to the file.
   */
  ticket: string;
  /** Where the process is followed. */
  processUrl: string;
  /** Where the file is uploaded, with version 1 of the API; empty with version 2, whose uploads need the ticket. */
  uploadUrl: string;
}

/** What came out. */
export interface Result {
  /** The outputs; none with `saveTo`, `download: 'none'`, or of mode `info`. */
  files: File[];
  /** With `saveTo`: where the outputs were written. */
  paths: string[];
  processId: string | undefined;
  /** Where the service stored the output, if it stays there. */
  url: string | undefined;
  /** The facts that mode `info` found. */
  info: unknown;
}

/** One pair of formats that the service converts. */
export interface ConversionType {
  from: string;
  to: string;
  /** The whole entry, as the service wrote it: `converter`, `converteroptions`, `note` and more. */
  entry: Record<string, unknown>;
}
