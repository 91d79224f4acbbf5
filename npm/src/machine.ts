// What the WebAssembly (`wasm/src/`) says and is told.

import type { Callback, Progress } from './types/index.js';

/** What is to be done now. */
export type Action =
  | Sending
  | Settling
  /** Nothing, for so many milliseconds. */
  | { wait: number }
  /** A request is out: wait for its answer, at most for so many milliseconds. */
  | { busy: number }
  | { done: unknown }
  /** The facts of an error. */
  | { error: object };

/** What is to be done now by many: an action of a member, or by all. */
export type ManyAction =
  | ((Sending | Settling) & { member: number })
  /** The request that is out is waited for no longer. */
  | { member: number; abort: true }
  /** Its last progress, unless that has been told as news already. */
  | { member: number; done: unknown; progress: Progress | null }
  | { member: number; error: object; progress: Progress | null }
  /** Nothing, for so many milliseconds, or until something happens. */
  | { wait: number }
  /** There are no members. */
  | { idle: true };

/** A request to send. */
export type Sending = (Fetching | Uploading) & {
  /** Whether it only stops or deletes what is over: no cause of how that ended. */
  cleansUp: boolean;
  /** What is to be kept before. */
  kept?: Kept;
};

/** Outputs are to get their names: all of them are whole, and the service still has them. */
export interface Settling {
  id: number;
}

/** What is to be kept before a request is sent. */
export interface Kept {
  /** The state. */
  saved: string;
  /** What it leaves out, and a program that goes on with it may need. */
  needs: 'nothing' | 'files' | 'job';
  /** Whether it has failed: a program that goes on with it gets no output. */
  hasFailed: boolean;
}

/** One by `fetch`. */
export interface Fetching {
  id: number;
  /** The request, or why this runtime cannot make it. */
  request: Request | Error;
  /** Whether redirects that the runtime does not show are followed. */
  follow: boolean;
  /** Whether the body of a partial answer may be taken at once. */
  atOnce: boolean;
  /** The output that the body of the answer is for. */
  name?: string;
}

/** One with the content of files. */
export interface Uploading {
  id: number;
  method: string;
  url: string;
  headers: [string, string][];
  /** Bytes, and inputs by their numbers. */
  pieces: (Uint8Array<ArrayBuffer> | number)[];
  /** The same as a form, if it is one. */
  form?: Form;
  /** The most bytes of an answer that are read. */
  limit: number;
}

export interface Form {
  /** Names and texts of the fields that come first. */
  fields: [string, string][];
  /** The name of the field that each file stands in. */
  field: string;
  /** The names of the files. */
  names: string[];
}

/** What happened to a request. */
export type Event =
  /** It is not sent yet: something is done before. Its time begins with the first `sent`. */
  | { held: true }
  | { sent: number }
  | { uncounted: true }
  | { received: number }
  | { answer: Answer }
  /** An output has this name now. */
  | { output: string; name: string }
  /** The outputs have their names. */
  | { settled: true }
  /** The service called back; told without the ID of a request. */
  | { called: Callback }
  /** Whether the machine has a network; told without the ID of a request. */
  | { online: boolean }
  | { failed: Failure };

/** Why there is no answer: the connection, unless it is one of these. */
export interface Failure {
  /** It was a redirect that leads nowhere, or that may not be followed. */
  redirect?: boolean | undefined;
  /** Why an input cannot be read. */
  input?: string | undefined;
  /** Why an output cannot be written. */
  sink?: string | undefined;
  /** Which failure it is, and what to do, where it cannot pass by itself. */
  permanent?: string | undefined;
  /** There never was a connection. Servers alone know that. */
  unreached?: boolean | undefined;
}

export interface Head {
  status: number;
  headers: [string, string][];
  /** The URL that answered, where redirects are followed unseen. */
  url?: string | undefined;
}

export interface Answer extends Head {
  text: string;
  /** How long the output is now, if the body went there. */
  received?: number;
}
