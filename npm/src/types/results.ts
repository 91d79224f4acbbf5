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
  /** The ID of the process or the job, once there is one. */
  processId?: string | undefined;
}

/** What came out. */
export interface ConversionResult {
  /** The outputs; none with `saveTo`, `download: 'none'`, or of mode `info`. */
  files: File[];
  /** With `saveTo`: where the outputs were written. */
  paths: string[];
  /** The ID of the process or the job. */
  processId: string | undefined;
  /** Where the service stored the output, if it stays there. */
  url: string | undefined;
  /** What the service calls the output, with the folder that it is stored in. */
  filename: string | undefined;
  /** The facts that mode `info` found, or the `output` of mode `command`. */
  info: unknown;
}

/** One of many conversions, which has ended: well, or not. */
export type Converted<S> = { source: S; result: ConversionResult; error?: undefined } | { source: S; result?: undefined; error: Error };

/** A process that waits for an upload. */
export interface Prepared {
  /** The ID of the process or the job. */
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

/** What the service says when it calls back: a hint to follow that process, and no proof, for anybody can call. */
export interface Callback {
  /** The ID of the process or the job. */
  id: string | null;
  /** Where the process is followed. */
  url: string | null;
  /** `finished` or `error`. */
  step: string | null;
}
