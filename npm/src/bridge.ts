import { runtime } from '#host';

import { CloudConvertError, type ErrorFacts } from './errors.js';
import type { Content, Fetch, Store, UploadRequest } from './host.js';
import { send } from './send.js';
import type { Progress, ProgressOptions } from './types.js';

/** The least time between two reports of bytes alone, in milliseconds: as in XMLHttpRequest. */
const PACE = 50;

/** As what nobody catches, but without the end of the program. */
const report = (error: unknown) => (typeof reportError === 'function' ? reportError(error) : console.error(error));

/** Is told the answer to a request or, behind it, why there is none. */
type Settled = (answer: object | undefined, error?: unknown) => void;

const settle = (answer: Promise<object>, settled: Settled): Promise<void> =>
  answer.then((given) => settled(given), (error) => settled(undefined, error));

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
  readonly #chosen: Fetch | undefined;
  readonly #cancel = () => this.#giveUp(this.#options.signal!.reason);
  #resolveAbort!: () => void;
  #reason: unknown;
  /** The last operation of the store. */
  #stored: Promise<unknown> = Promise.resolve();
  #shown = { state: '', bytes: -1, time: 0 };
  /** What the runtime said of the last request that got no answer. */
  #cause: unknown;

  /** `chosen` sends the requests, if the user wants that. */
  constructor(inputs: Content[], store: Store, options: ProgressOptions, chosen: Fetch | undefined) {
    this.#inputs = inputs;
    this.#store = store;
    this.#options = options;
    this.#chosen = chosen;
    this.onAbort = new Promise((resolve) => (this.#resolveAbort = resolve));
    options.signal?.addEventListener('abort', this.#cancel);
  }

  /** The conversion is over: lets go of the caller's signal. */
  close(): void {
    this.#options.signal?.removeEventListener('abort', this.#cancel);
  }

  /**
   * Sends a request. `begun` says where the body goes: from this byte on into the output called `name`, or where it is
   * negative, into memory, as many bytes less one; the rest is let go.
   */
  fetch(
    request: Request,
    name: string,
    follow: boolean,
    signal: AbortSignal,
    begun: (head: object) => number,
    received: (bytes: number) => void,
    settled: Settled,
  ): Promise<void> {
    return settle(this.#fetch(request, name, follow, signal, begun, received), settled);
  }

  async #fetch(
    request: Request,
    name: string,
    follow: boolean,
    signal: AbortSignal,
    begun: (head: object) => number,
    received: (bytes: number) => void,
  ): Promise<object> {
    let answer = await send(request, signal, this.#chosen);
    if (answer.type === 'opaqueredirect') {
      // One that leads nowhere cannot be told from one that leads in circles.
      const followed = follow && (await send(new Request(request, { redirect: 'follow' }), signal, this.#chosen).catch(() => undefined));
      if (!followed) return { status: 0 };
      answer = followed;
    }
    const { status, redirected, url, body } = answer;
    const head = { status, headers: [...answer.headers], url: redirected ? url : undefined };
    const place = begun(head);
    const isFile = place >= 0;
    if (isFile) await this.#write(() => this.#store.begin(name, place));
    const decoder = new TextDecoder();
    let [text, bytes] = ['', isFile ? place : 0];
    const reader = body?.getReader();
    for (;;) {
      const chunk = (await reader?.read())?.value as Uint8Array<ArrayBuffer> | undefined;
      if (!chunk) break;
      if (isFile) {
        await this.#write(() => this.#store.write(chunk));
        received((bytes += chunk.length));
        continue;
      }
      const left = -1 - place - bytes;
      text += decoder.decode(chunk.subarray(0, left), { stream: true });
      if ((bytes += chunk.length) >= -1 - place) {
        reader!.cancel().catch(() => undefined);
        break;
      }
    }
    return { ...head, text: text + decoder.decode(), received: isFile ? bytes : 0 };
  }

  /** What the core calls the sink may fail, and that is not the connection's fault. */
  #write(operation: () => Promise<void>): Promise<void> {
    return this.#inTurn(operation).catch((error: Error) => {
      throw Object.assign(error, { sink: String(error.message) });
    });
  }

  /** Makes the outputs final. */
  finish(): Promise<{ files: File[]; paths: string[] }> {
    return this.#inTurn(() => this.#store.finish());
  }

  discard(): Promise<void> {
    return this.#inTurn(() => this.#store.discard());
  }

  /** Sends bytes, and inputs by their numbers. The runtime reads those as it sends them. */
  upload(
    method: string,
    url: string,
    headers: [string, string][],
    framed: (Uint8Array<ArrayBuffer> | number)[],
    form: UploadRequest['form'],
    limit: number,
    signal: AbortSignal,
    sent: UploadRequest['sent'],
    settled: Settled,
  ): Promise<void> {
    const pieces = framed.map((piece) => (typeof piece === 'number' ? this.#inputs[piece]! : piece));
    let over = false;
    const telling = (bytes?: number) => over || sent(bytes);
    const answer = runtime.upload({ method, url, headers, pieces, form, limit, signal, sent: telling, fetch: this.#chosen });
    return settle(answer.finally(() => (over = true)), settled);
  }

  /** Why a request got no answer. Says which failure it is where that cannot pass. */
  failed(cause: unknown): string | undefined {
    this.#cause = cause;
    return runtime.permanent(cause);
  }

  progress(progress: Progress): void {
    const { onProgress } = this.#options;
    if (!onProgress) return;
    const { sent, received, fraction, speed, timeLeft, ...rest } = progress;
    const [state, bytes, time] = [JSON.stringify(rest), sent + received, performance.now()];
    const soon = time - this.#shown.time < PACE && bytes !== rest.total;
    if (state === this.#shown.state && (bytes === this.#shown.bytes || soon)) return;
    this.#shown = { state, bytes, time };
    // A mistake in there is its author's to see, and no reason to give up a conversion.
    new Promise((resolve) => resolve(onProgress(progress))).catch(report);
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
