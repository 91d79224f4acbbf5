/** What a runtime does for the client. `#host` is that of browsers or that of Node. */

/** An input, as far as it can be told before it is read. */
export interface Input {
  blob: Blob;
  name: string | undefined;
}

/** The answer to an upload. */
export interface UploadAnswer {
  status: number;
  headers: [string, string][];
  text: string;
}

/** Sends a body and tells how many bytes have gone. */
export type Upload = (
  method: string,
  url: string,
  headers: [string, string][],
  body: Blob,
  sent: (bytes: number) => void,
  signal: AbortSignal,
) => Promise<UploadAnswer>;

/** Where outputs are written. */
export interface Store {
  /** Goes to this byte of the output of this name, and cuts off what is behind it. */
  begin(name: string, offset: number): Promise<void>;
  /** Appends to that output. */
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Makes the outputs final: the conversion has verified them. */
  finish(): Promise<{ files: File[]; paths: string[] }>;
  /** Removes what was written: the conversion failed. */
  discard(): Promise<void>;
}

export interface Runtime {
  seesRedirects: boolean;
  upload: Upload;
  /** What `init` of the WebAssembly takes; nothing where it fetches itself. */
  wasm(): Promise<BufferSource | undefined>;
  /** A path of this machine as an input, where there are such. */
  open(path: string): Promise<Input>;
  /** Where to write; none for memory. */
  store(saveTo: string): Store;
}
