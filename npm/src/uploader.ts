import { runtime } from '#host';

import type { Told } from './driver.js';
import { CloudConvertError, type ErrorFacts } from './errors.js';
import type { Content, Fetch } from './host.js';
import type { Event, Failure, Sending, Uploading } from './machine.js';
import type { Progress, ProgressOptions } from './types/index.js';

/** As what nobody catches, but without the end of the program. */
export const report = (error: unknown) => (typeof reportError === 'function' ? reportError(error) : console.error(error));

/** What a machine has to do with the world that only uploads: its requests, and what its caller sees. */
export class Uploader<Options extends ProgressOptions = ProgressOptions> {
  /** Whether it is to be given up. */
  aborted = false;
  /** Called when it is. */
  onAbort = () => {};

  protected readonly options: Options;
  /** What sends the requests, if the user wants that. */
  protected readonly chosen: Fetch | undefined;
  readonly #inputs: Content[];
  readonly #cancel = () => this.giveUp();
  /** What the runtime said in the place of the last answer, if it did. */
  #cause: unknown;

  constructor(inputs: Content[], options: Options, chosen: Fetch | undefined) {
    this.#inputs = inputs;
    this.options = options;
    this.chosen = chosen;
    options.signal?.addEventListener('abort', this.#cancel);
  }

  /** It is over: lets go of the caller's signal. */
  close(): void {
    this.options.signal?.removeEventListener('abort', this.#cancel);
  }

  /**
   * Sends a request and tells what happens; gives the last of that. The machine is told the head of an answer, and says where
   * its body goes: from this byte of its output on, or where it is negative, into memory, as many bytes less one; the rest
   * is let go.
   */
  async perform(sending: Sending, signal: AbortSignal, tell: (event: Event) => void, machine: Told): Promise<Event> {
    let cause: unknown;
    try {
      await this.prepare?.(sending, tell);
      return await this.act(sending, signal, tell, machine);
    } catch (error) {
      const { input, sink } = ((cause = error) ?? {}) as Failure;
      return { failed: { input, sink, ...runtime.failure(error) } };
    } finally {
      // What was given up says nothing.
      if (!sending.cleansUp && !signal.aborted) this.#cause = cause;
    }
  }

  /** What is done before a request is sent. */
  protected prepare?(sending: Sending, tell: (event: Event) => void): Promise<void>;

  /** Sends bytes and inputs. The runtime reads those as it sends them. */
  protected async act(sending: Sending, signal: AbortSignal, tell: (event: Event) => void, _: Told): Promise<Event> {
    const { pieces, form, ...rest } = sending as Uploading;
    const contents = pieces.map((piece) => (typeof piece === 'number' ? this.#inputs[piece]! : piece));
    const sent = (bytes?: number) => tell(bytes === undefined ? { uncounted: true } : { sent: bytes });
    return { answer: await runtime.upload({ ...rest, pieces: contents, form, signal, sent, fetch: this.chosen }) };
  }

  /** Shows how far it is, if somebody looks and there is news. */
  show(machine: { news(): Progress | null }): void {
    const { onProgress } = this.options;
    const progress = onProgress && machine.news();
    // A mistake in there is its author's to see, and no reason to give up a conversion.
    if (progress) new Promise((resolve) => resolve(onProgress(progress))).catch(report);
  }

  /** What the caller gets for what the WebAssembly threw. */
  explain(error: unknown): unknown {
    const { signal } = this.options;
    if (signal?.aborted) return signal.reason;
    if (error instanceof Error) return error;
    const facts = error as ErrorFacts;
    // Where there was an answer, nothing else is the cause.
    return new CloudConvertError(facts, facts.status ? undefined : this.#cause);
  }

  giveUp(): void {
    if (this.aborted) return;
    this.aborted = true;
    this.onAbort();
  }
}
