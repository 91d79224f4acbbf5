import type { StorageLocation } from './storages.js';

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
  | { storage: StorageLocation; file: string }
  | { storage: StorageLocation; files: readonly string[] };

/** A source, or for the modes `combine` and `archive` several. */
export type Sources = Source | readonly Source[] | Files;

/** The tasks of a job of one's own, as version 2 of the API writes them, by their names. */
export type Tasks = Readonly<Record<string, { operation: string; input?: string | readonly string[] | undefined } & Record<string, unknown>>>;
