import { Many } from '../../wasm/cloudconvert_wasm.js';
import type { Wish } from '../client.js';
import { type Hear, Timer, exchange } from '../driver.js';
import type { Bridge } from '../bridge.js';
import { CloudConvertError, type ErrorFacts } from '../errors.js';
import type { Event, ManyAction } from '../machine.js';
import { hearNetwork } from '../network.js';
import type { ConversionResult, Converted } from '../types/index.js';

/** For as long as nothing happens. */
const LONG = Infinity;

/** A conversion that is to run, and what is made of its end. */
export interface Begun {
  wish: Wish['wish'];
  bridge: Bridge;
  finish(output: object): Promise<ConversionResult>;
}

interface Member<S> extends Begun {
  source: S;
  /** Aborts the request that is out. */
  out: AbortController;
}

/** Runs conversions of sources, so many at once, behind one pace. It decides nothing. */
export class Herd<S> {
  readonly #machine: Many;
  readonly #members = new Map<number, Member<S>>();
  readonly #sources: AsyncIterator<S> | Iterator<S>;
  readonly #begin: (source: S) => Promise<Begun>;
  readonly #timer = new Timer();
  /** What has ended and was not taken yet. */
  readonly #ended: Converted<S>[] = [];
  /** Whether a source is being opened. */
  #taking = false;
  /** How many ends are being written. */
  #ending = 0;
  #over = false;
  #online = true;
  #failure: { error: unknown } | undefined;
  #taken = () => {};

  constructor(sources: Iterable<S> | AsyncIterable<S>, concurrency: number | undefined, begin: (source: S) => Promise<Begun>) {
    try {
      this.#machine = new Many(concurrency);
    } catch (error) {
      throw new CloudConvertError(error as ErrorFacts);
    }
    const given = sources as Partial<Iterable<S> & AsyncIterable<S>>;
    this.#sources = given[Symbol.asyncIterator]?.() ?? given[Symbol.iterator]!();
    this.#begin = begin;
  }

  /** Gives each when it has ended. A loop that ends early gives up the others. */
  async *run(signal: AbortSignal | undefined, hearers: Set<Hear>): AsyncGenerator<Converted<S>, void, void> {
    const hear: Hear = (event) => this.#tell(event);
    const abort = () => this.#stop();
    const over = new AbortController();
    signal?.addEventListener('abort', abort);
    hearers.add(hear);
    hearNetwork(hear, over.signal);
    const running = this.#drive();
    try {
      while (!this.#isDone() || this.#ended.length > 0) {
        signal?.throwIfAborted();
        const next = this.#ended.shift();
        // There is room for another one.
        this.#timer.strike();
        if (next) yield next;
        else await new Promise<void>((resolve) => (this.#taken = resolve));
      }
      if (this.#failure) throw this.#failure.error;
    } finally {
      this.#stop();
      await running;
      hearers.delete(hear);
      over.abort();
      signal?.removeEventListener('abort', abort);
      this.#machine.free();
    }
  }

  /** Tells all members. */
  #tell(event: Event): void {
    if ('online' in event) this.#online = event.online;
    for (const member of this.#members.keys()) this.#machine.handle(member, event);
    this.#timer.strike();
  }

  async #drive(): Promise<void> {
    while (!this.#isDone()) {
      this.#take();
      const action: ManyAction = this.#machine.poll();
      if ('member' in action) this.#do(action, this.#members.get(action.member)!);
      else await this.#timer.pause('wait' in action ? action.wait : LONG);
    }
    this.#taken();
  }

  #isDone(): boolean {
    return this.#over && this.#ending === 0 && this.#members.size === 0;
  }

  #do(action: Extract<ManyAction, { member: number }>, member: Member<S>): void {
    const { source, bridge } = member;
    member.out.abort();
    if ('done' in action || 'error' in action) {
      this.#members.delete(action.member);
      bridge.show({ news: () => action.progress });
      const end = 'done' in action ? member.finish(action.done as object) : Promise.reject(action.error);
      this.#ending++;
      end
        .then((result) => this.#end({ source, result }))
        .catch(async (error) => {
          await bridge.discard();
          this.#end({ source, error: bridge.explain(error) as Error });
        });
      bridge.close();
      return;
    }
    if ('abort' in action) return;
    member.out = new AbortController();
    const told = this.#told(action.member);
    bridge.show(told);
    exchange(told, bridge, action, member.out.signal, this.#timer);
  }

  /** A member as a machine of its own. */
  #told(member: number) {
    const machine = this.#machine;
    return {
      handle: (event: object) => machine.handle(member, event),
      begun: (id: number, head: object) => machine.begun(member, id, head),
      news: () => machine.news(member),
      naming: (outputs: [string, string][]) => machine.naming(member, outputs),
      is_output: (output: string, mark: string) => machine.is_output(member, output, mark),
    };
  }

  #end(converted: Converted<S>): void {
    this.#ending--;
    this.#ended.push(converted);
    this.#taken();
    this.#timer.strike();
  }

  /** Takes the next source, if there is room for it. One is opened at a time. */
  #take(): void {
    if (this.#over || this.#taking || this.#members.size + this.#ending + this.#ended.length >= this.#machine.concurrency) return;
    this.#taking = true;
    this.#next()
      .catch((error) => this.#fail(error))
      .finally(() => {
        this.#taking = false;
        this.#taken();
        this.#timer.strike();
      });
  }

  async #next(): Promise<void> {
    const { done, value: source } = await this.#sources.next();
    if (done) this.#over = true;
    if (this.#over) return;
    try {
      const begun = await this.#begin(source);
      if (this.#over) return begun.bridge.close();
      const member = this.#machine.add(begun.wish);
      const { bridge } = begun;
      bridge.onAbort = () => {
        this.#machine.cancel(member);
        this.#timer.strike();
      };
      this.#members.set(member, { ...begun, source, out: new AbortController() });
      if (!this.#online) this.#machine.handle(member, { online: false });
    } catch (error) {
      this.#ended.push({ source, error: error as Error });
    }
  }

  /** The sources cannot be read. */
  #fail(error: unknown): void {
    this.#failure = { error };
    this.#over = true;
  }

  /** Takes no more sources, and gives up what runs. */
  #stop(): void {
    if (!this.#over) void Promise.resolve(this.#sources.return?.()).catch(() => undefined);
    this.#over = true;
    for (const { bridge } of this.#members.values()) bridge.giveUp();
    this.#timer.strike();
    this.#taken();
  }
}
