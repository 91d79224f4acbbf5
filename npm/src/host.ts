/** What a runtime does for the client. `#host` is that of browsers or that of Node. */

import type { Failure, Form } from './machine.js';
import type { DownloadOptions } from './types/index.js';

export type SaveTo = NonNullable<DownloadOptions['saveTo']>;

/** As the global function. */
export type Fetch = typeof fetch;

/** The bytes of an input, which are read when they are sent. */
export type Content = Blob | { readonly size: number; read(): AsyncIterable<Uint8Array> };

export interface Input {
  content: Content;
  name: string | undefined;
}

/** An upload as the core wants it. */
export interface UploadRequest {
  method: string;
  url: string;
  headers: [string, string][];
  /** The body: the core's framing around inputs. */
  pieces: (Uint8Array<ArrayBuffer> | Content)[];
  /** The same as a form, if it is one. */
  form: Form | undefined;
  /** The most bytes of an answer that are read. The rest is let go. */
  limit: number;
  signal: AbortSignal;
  /** Is told how many bytes of the body have gone; at the beginning nothing, where perhaps it never will be told. */
  sent: (bytes?: number) => void;
  /** What sends it, if the user has chosen that. */
  fetch: Fetch | undefined;
}

/** The answer to an upload. */
export interface UploadAnswer {
  status: number;
  headers: [string, string][];
  text: string;
  /** The URL that answered, where redirects are followed unseen. */
  url?: string | undefined;
}

/** Rejects an upload whose input cannot be read. The core reads the member. */
export class Unreadable extends Error {
  readonly input = this.message;
}

/** Rejects what writes to an output that cannot be written. The core reads the member. */
export class Unwritable extends Error {
  readonly sink = this.message;
}

/** By what the files of outputs are known again when a program ends between giving them their names and saving that. */
export interface Claims {
  /** Keeps the marks of outputs that are about to get their names: pairs of an output and its mark. */
  keep(outputs: [string, string][]): Promise<void>;
  /** An output has this name now. */
  named(output: string, name: string): void;
  /** Whether the file of this mark is this output. */
  has(output: string, mark: string): boolean;
}

/** A path that the user named for outputs, and what is there, as the core reads it. */
export interface Named {
  path: string;
  present: string;
  has_parent: boolean;
}

/** Where outputs are written. Its methods that give a promise are called one after the other. */
export interface Store {
  /** What the user named, where that is a path. */
  readonly named?: Named;
  /** Goes to this byte of the output of this name, and cuts off what is behind it. */
  begin(name: string, offset: number): Promise<void>;
  /** Appends to that output. */
  write(content: Uint8Array<ArrayBuffer> | Blob): Promise<void>;
  /**
   * Gives the outputs their names, where they are files: all of them are whole, and the service still has them. The signal says
   * that nothing waits for it any more.
   */
  settle?(signal: AbortSignal, claims?: Claims): Promise<void>;
  /** What came out. */
  finish(): Promise<{ files: File[]; paths: string[] }>;
  /** The paths of outputs that have their names, where they are files. */
  kept?(): readonly string[];
  /** Ends the operation under way, where a reader may let it take for ever. It may be called at any time. */
  giveUp?(): void;
  /** Removes what was written: the conversion failed. */
  discard(): Promise<void>;
}

export interface Runtime {
  /** Whether a request can be sent that does not follow redirects but shows them. */
  seesRedirects: boolean;
  /** Whether the body of an answer is taken several times faster at once than as it comes. */
  takesPieces: boolean;
  fetch(request: Request, how: RequestInit & { signal: AbortSignal }): Promise<Response>;
  upload(request: UploadRequest): Promise<UploadAnswer>;
  /** What is certain of a request that has no answer: that nothing is gained by repeating it, or that it never left. */
  failure(cause: unknown): Pick<Failure, 'permanent' | 'unreached'>;
  /** A path of this machine as an input, where there are such. */
  open(path: string): Promise<Input>;
  /** Where to write one output, or several; an error at once if that is not possible. */
  store(saveTo: SaveTo, several: boolean, overwrite: boolean | undefined): Promise<Store>;
  /** Warns of a key where whoever opens the page can read it; once. */
  warn?(): void;
}
