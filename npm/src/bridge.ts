import { runtime } from '#host';

import type { Told } from './driver.js';
import { type Claims, type Content, type Store, Unwritable } from './host.js';
import type { Event, Fetching, Head, Sending, Settling } from './machine.js';
import { send } from './send.js';
import type { ClientOptions, DownloadOptions, ProgressOptions } from './types/index.js';
import { Uploader } from './uploader.js';

/** What the caller of a conversion wants to be told. */
export type BridgeOptions = ProgressOptions & Pick<DownloadOptions, 'checkpoint'>;

/** What the machine of one conversion has to do with the world: requests, outputs, what its caller sees. */
export class Bridge extends Uploader<BridgeOptions> {
  readonly #store: Store;
  /** Whether the service is sent the cookies that a page has for it. */
  readonly #credentials: RequestCredentials;
  /** The last operation of the store. */
  #stored: Promise<unknown> = Promise.resolve();

  constructor(inputs: Content[], store: Store, options: BridgeOptions, { fetch, credentials = 'same-origin' }: ClientOptions) {
    super(inputs, options, fetch);
    this.#store = store;
    this.#credentials = credentials;
  }

  /** By what outputs are known again. */
  protected claims?(machine: Told, tell: (event: Event) => void): Claims;

  protected override async act(todo: Sending | Settling, signal: AbortSignal, tell: (event: Event) => void, machine: Told): Promise<Event> {
    if ('pieces' in todo) return super.act(todo, signal, tell, machine);
    if ('request' in todo) return this.#fetch(todo, signal, tell, (head) => machine.begun(todo.id, head));
    await this.#write(async () => this.#store.settle?.(signal, this.claims?.(machine, tell)));
    return { settled: true };
  }

  async #fetch({ request, follow, atOnce, name }: Fetching, signal: AbortSignal, tell: (event: Event) => void, begun: (head: Head) => number): Promise<Event> {
    if (request instanceof Error) throw request;
    // Pages may not send it without asking first, which few services answer. The core compares the versions all the same.
    if (!runtime.seesRedirects) request.headers.delete('if-range');
    // A relay knows a visitor by their cookies. What holds files has no business with them.
    const how = { redirect: 'manual', credentials: name === undefined ? this.#credentials : 'omit', signal } as const;
    let answer = await send(request, how, this.chosen);
    if (answer.type === 'opaqueredirect') {
      // One that leads nowhere cannot be told from one that leads in a loop.
      const followed = follow && (await send(request, { ...how, redirect: 'follow' }, this.chosen).catch(() => undefined));
      if (!followed) return { failed: { redirect: true } };
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
      return { answer: { ...head, text: '', received } };
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
    return { answer: { ...head, text: text + decoder.decode(), received: isFile ? bytes : 0 } };
  }

  /** What the core calls the sink may fail, and that is not the connection's fault. */
  #write(operation: () => Promise<void>): Promise<void> {
    return this.#inTurn(operation).catch((cause: Error) => {
      throw new Unwritable(cause.message, { cause });
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

  override giveUp(): void {
    if (!this.aborted) this.#store.giveUp?.();
    super.giveUp();
  }

  /** A request that was given up may still be writing when the next one begins. */
  #inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#stored.then(operation);
    this.#stored = result.catch(() => undefined);
    return result;
  }
}
