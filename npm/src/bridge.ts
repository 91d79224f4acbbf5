import { runtime } from '#host';

import { CloudConvertError, type ErrorFacts } from './errors.js';
import { type Content, type Fetch, type Store, Unwritable } from './host.js';
import type { Answer, Event, Failure, Fetching, Head, Sending, Uploading } from './machine.js';
import { send } from './send.js';
import type { DownloadOptions, Progress, ProgressOptions } from './types/index.js';

/** What the caller of a conversion wants to be told. */
export type BridgeOptions = ProgressOptions & Pick<DownloadOptions, 'checkpoint'>;

/** As what nobody catches, but without the end of the program. */
export const report = (error: unknown) => (typeof reportError === 'function' ? reportError(error) : console.error(error));

/** What the machine of one conversion has to do with the world: requests, outputs, what its caller sees. */
export class Bridge {
  /** Whether the conversion is to be given up. */
  aborted = false;
  /** Called when it is. */
  onAbort = () => {};

  readonly #inputs: Content[];
  readonly #store: Store;
  readonly #options: BridgeOptions;
  readonly #chosen: Fetch | undefined;
  readonly #cancel = () => this.giveUp(this.#options.signal!.reason);
  #reason: unknown;
  /** The last operation of the store. */
  #stored: Promise<unknown> = Promise.resolve();
  /** What the runtime said of the last request that got no answer. */
  #cause: unknown;

  /** `chosen` sends the requests, if the user wants that. */
  constructor(inputs: Content[], store: Store, options: BridgeOptions, chosen: Fetch | undefined) {
    this.#inputs = inputs;
    this.#store = store;
    this.#options = options;
    this.#chosen = chosen;
    options.signal?.addEventListener('abort', this.#cancel);
  }

  /** The conversion is over: lets go of the caller's signal. */
  close(): void {
    this.#options.signal?.removeEventListener('abort', this.#cancel);
  }

  /**
   * Sends a request and tells what happens; gives the last of that. `begun` is told the head of an answer, and says where
   * its body goes: from this byte of its output on, or where it is negative, into memory, as many bytes less one; the rest
   * is let go.
   */
  async perform(sending: Sending, signal: AbortSignal, tell: (event: Event) => void, begun: (head: Head) => number): Promise<Event> {
    try {
      // Disks and checkpoints may be slower than a service may be: its time begins afterwards.
      tell({ held: true });
      await this.prepare(sending);
      tell({ sent: 0 });
      return { answer: await ('pieces' in sending ? this.#upload(sending, signal, tell) : this.#fetch(sending, signal, tell, begun)) };
    } catch (error) {
      const { redirect, input, sink } = (error ?? {}) as Failure;
      this.#cause = error;
      return { failed: { redirect, input, sink, ...runtime.failure(error) } };
    }
  }

  /** Outputs are where they belong before the service deletes them. One that was given up is not whole. */
  protected async prepare(sending: Sending): Promise<void> {
    if (isDeletion(sending) && !this.aborted) await this.#write(async () => this.#store.settle?.());
  }

  async #fetch({ request, follow, atOnce, name }: Fetching, signal: AbortSignal, tell: (event: Event) => void, begun: (head: Head) => number): Promise<Answer> {
    if (request instanceof Error) throw request;
    // Pages may not send it without asking first, which few services answer. The core compares the versions all the same.
    if (!runtime.seesRedirects) request.headers.delete('if-range');
    let answer = await send(request, signal, this.#chosen);
    if (answer.type === 'opaqueredirect') {
      // One that leads nowhere cannot be told from one that leads in a loop.
      const followed = follow && (await send(new Request(request, { redirect: 'follow' }), signal, this.#chosen).catch(() => undefined));
      if (!followed) throw { redirect: true };
      answer = followed;
    }
    signal.throwIfAborted();
    const { status, redirected, url, body } = answer;
    const head = { status, headers: [...answer.headers], url: redirected ? url : undefined };
    const place = begun(head);
    const isFile = place >= 0;
    if (isFile) await this.#write(() => this.#store.begin(name!, place));
    if (isFile && atOnce && status === 206) {
      const blob = await answer.blob();
      await this.#write(() => this.#store.write(blob));
      const received = place + blob.size;
      tell({ received });
      return { ...head, text: '', received };
    }
    const decoder = new TextDecoder();
    let [text, bytes] = ['', isFile ? place : 0];
    const reader = body?.getReader();
    for (;;) {
      const chunk = (await reader?.read())?.value as Uint8Array<ArrayBuffer> | undefined;
      if (!chunk) break;
      if (isFile) {
        await this.#write(() => this.#store.write(chunk));
        tell({ received: (bytes += chunk.length) });
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

  /** Sends bytes and inputs. The runtime reads those as it sends them. */
  async #upload({ pieces, form, ...sending }: Uploading, signal: AbortSignal, tell: (event: Event) => void): Promise<Answer> {
    const contents = pieces.map((piece) => (typeof piece === 'number' ? this.#inputs[piece]! : piece));
    const sent = (bytes?: number) => tell(bytes === undefined ? { uncounted: true } : { sent: bytes });
    return runtime.upload({ ...sending, pieces: contents, form, signal, sent, fetch: this.#chosen });
  }

  /** What the core calls the sink may fail, and that is not the connection's fault. */
  #write(operation: () => Promise<void>): Promise<void> {
    return this.#inTurn(operation).catch(({ message }: Error) => {
      throw new Unwritable(message);
    });
  }

  /** Makes the outputs final. */
  finish(): Promise<{ files: File[]; paths: string[] }> {
    return this.#inTurn(() => this.#store.finish());
  }

  discard(): Promise<void> {
    this.#store.giveUp?.();
    return this.#inTurn(() => this.#store.discard());
  }

  /** Shows how far it is, if somebody looks and there is news. */
  show(machine: { news(): Progress | null }): void {
    const { onProgress } = this.#options;
    const progress = onProgress && machine.news();
    // A mistake in there is its author's to see, and no reason to give up a conversion.
    if (progress) new Promise((resolve) => resolve(onProgress(progress))).catch(report);
  }

  /** What the caller gets for what the WebAssembly threw. */
  explain(error: unknown): unknown {
    if (this.aborted) return this.#reason;
    if (error instanceof Error) return error;
    const facts = error as ErrorFacts;
    return new CloudConvertError(facts, facts.code === 'network' ? this.#cause : undefined);
  }

  giveUp(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.#reason = reason;
    this.#store.giveUp?.();
    this.onAbort();
  }

  /** A request that was given up may still be writing when the next one begins. */
  #inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#stored.then(operation);
    this.#stored = result.catch(() => undefined);
    return result;
  }
}

/** Whether a request deletes the conversion. */
const isDeletion = (sending: Sending): boolean => 'request' in sending && (sending.request as Request).method === 'DELETE';
