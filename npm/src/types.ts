/** How a client reaches the service. */
export interface ClientOptions {
  /** The API key. Never in a page: whoever opens the page can read it. */
  apiKey?: string;
  /** Where the service is. Default: `https://api.cloudconvert.com/v1`. */
  baseUrl?: string;
  /** Further hosts that the service may name in its URLs. */
  trustedHosts?: string[];
}

/**
 * What is converted: a file; a URL that the service downloads; text; and in Node a path or bytes.
 */
export type Source = Blob | URL | { url: string | URL } | { content: string; name: string } | string | Uint8Array;

export interface SignalOption {
  /** Cancels; the process is deleted, then the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** How far a conversion is. */
export interface Progress {
  /** What the client is doing. */
  stage: 'create' | 'start' | 'upload' | 'convert' | 'download' | 'delete' | 'done';
  /** The step of the service: `input`, `wait`, `convert`, `output`, `finished`, or one that comes later. */
  step: string | null;
  /** How much of the conversion the service has done, from 0 to 100. */
  percent: number | null;
  /** What the service says about it. */
  message: string;
  /** Bytes of the input sent, framing included. */
  sent: number;
  /** Bytes of the present output received. */
  received: number;
  /** How many bytes the present upload or download has, where known. */
  total: number | null;
  /** Failures in a row of the present call. */
  attempt: number;
  processId?: string;
}

export interface ProgressOptions extends SignalOption {
  /** Called whenever something has changed. */
  onProgress?: (progress: Progress) => void;
}

/** How much patience a conversion has. Times are milliseconds. */
export interface Patience {
  /** How many requests may be repeated. Default: 20. */
  retries?: number;
  /** How long the whole may take. Default: six hours. */
  deadline?: number;
}

/** What is to be made of a file. */
export interface JobOptions {
  /** The output format, such as `jpg`. */
  to: string;
  /** The input format, where the file's name does not tell it. */
  from?: string;
  /** The name of the input, with its extension, where the file has none of its own. */
  name?: string;
  mode?: 'convert' | 'info' | 'combine' | 'archive' | 'extract';
  /** `converteroptions`: they depend on the pair of formats. */
  options?: Record<string, unknown>;
  tag?: unknown;
  preset?: string;
  /** After how many seconds the service cancels. */
  timeout?: number;
  email?: boolean;
  /** The URL that the service calls in the end. */
  callback?: string;
  /** Whether the service keeps the files after the download. */
  save?: boolean;
  /** Further parameters of the API, for what this version does not know. */
  extra?: Record<string, unknown>;
}

export interface DownloadOptions {
  /** The output as one file (a ZIP where there are several), each file on its own, or nothing. Default: `whole`. */
  download?: 'whole' | 'each' | 'none';
  /** In Node: write to this file, or into this folder, instead of memory. */
  saveTo?: string;
}

export interface ConvertOptions extends JobOptions, ProgressOptions, Patience, DownloadOptions {
  /** How the input is uploaded. Default: `multipart`. */
  upload?: 'multipart' | 'put';
}

export interface PrepareOptions extends JobOptions, SignalOption, Patience {}

export interface UploadOptions extends ProgressOptions, Patience {
  /** The name of the file, with its extension, where the file has none of its own. */
  name?: string;
}

export interface FollowOptions extends ProgressOptions, Patience, DownloadOptions {}

/** A process that waits for an upload. */
export interface Prepared {
  id: string;
  processUrl: string;
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
  inputformat: string;
  outputformat: string;
  converter?: string;
  converteroptions?: Record<string, unknown>;
  [member: string]: unknown;
}
