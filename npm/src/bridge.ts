import { runtime } from '#host';

import { CloudConvertError, type ErrorFacts } from './errors.js';
import type { Content, Store, UploadAnswer, UploadRequest } from './host.js';
import type { Progress, ProgressOptions } from './types.js';

/** The least time between two reports of bytes alone, in milliseconds: as in XMLHttpRequest. */
const PACE = 50;

/** What the WebAssembly calls while it runs one conversion; the names are those of `wasm/src/host.rs`. */
export class Bridge {
  readonly seesRedirects = runtime.seesRedirects;
  /** Whether the conversion is to be given up. */
  aborted = false;
  /** Resolved when it is. */
  readonly onAbort: Promise<void>;

  readonly #inputs: Content[];
  readonly #store: Store;
  readonly #options: ProgressOptions;
  readonly #cancel = () => this.#giveUp(this.#options.signal!.reason);
  #resolveAbort!: () => void;
  #reason: unknown;
  /** Whether the callback for progress has thrown. */
  #broken = false;
  /** The last operation of the store. */
  #stored: Promise<unknown> = Promise.resolve();
  #shown = { state: '', bytes: -1, time: 0 };
  /** What the runtime said of the last request that got no answer. */
  #cause: unknown;

  constructor(inputs: Content[], store: Store, options: ProgressOptions) {
    this.#inputs = inputs;
    this.#store = store;
    this.#options = options;
    this.onAbort = new Promise((resolve) => (this.#resolveAbort = resolve));
    options.signal?.addEventListener('abort', this.#cancel);
  }

  /** The conversion is over: lets go of the caller's signal. */
  close(): void {
    this.#options.signal?.removeEventListener('abort', this.#cancel);
  }

  begin(name: string, offset: number): Promise<void> {
    return this.#inTurn(() => this.#store.begin(name, offset));
  }

  write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.#inTurn(() => this.#store.write(chunk));
  }

  /** Makes the outputs final, unless the callback for progress has thrown. */
  finish(): Promise<{ files: File[]; paths: string[] }> {
    if (this.#broken) throw this.#reason;
    return this.#inTurn(() => this.#store.finish());
  }

  discard(): Promise<void> {
    return this.#inTurn(() => this.#store.discard());
  }

  /** Sends bytes, and inputs by their numbers. The runtime reads those as it sends them. */
  async upload(
    method: string,
    url: string,
    headers: [string, string][],
    framed: (Uint8Array<ArrayBuffer> | number)[],
    form: UploadRequest['form'],
    limit: number,
    signal: AbortSignal,
    sent: UploadRequest['sent'],
  ): Promise<UploadAnswer> {
    const pieces = framed.map((piece) => (typeof piece === 'number' ? this.#inputs[piece]! : piece));
    let over = false;
    const telling = (bytes?: number) => over || sent(bytes);
    try {
      return await runtime.upload({ method, url, headers, pieces, form, limit, signal, sent: telling });
    } finally {
      over = true;
    }
  }

  /** Why a request got no answer. */
  failed(cause: unknown): void {
    this.#cause = cause;
  }

  progress(progress: Progress): void {
    const { onProgress } = this.#options;
    if (!onProgress || this.#broken) return;
    const { sent, received, ...rest } = progress;
    const [state, bytes, time] = [JSON.stringify(rest), sent + received, Date.now()];
    const soon = time - this.#shown.time < PACE && bytes !== rest.total;
    if (state === this.#shown.state && (bytes === this.#shown.bytes || soon)) return;
    this.#shown = { state, bytes, time };
    new Promise((resolve) => resolve(onProgress(progress))).catch((error) => {
      this.#broken = true;
      this.#giveUp(error);
    });
  }

  /** What the caller gets for what the WebAssembly threw. */
  explain(error: unknown): unknown {
    if (this.aborted) return this.#reason;
    if (error instanceof Error) return error;
    const facts = error as ErrorFacts;
    return new CloudConvertError(facts, facts.code === 'network' ? this.#cause : undefined);
  }

  #giveUp(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.#reason = reason;
    this.#resolveAbort();
  }

  /** A request that was given up may still be writing when the next one begins. */
  #inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#stored.then(operation);
    this.#stored = result.catch(() => undefined);
    return result;
  }
}
