import type { CloudConvert, ConversionResult, ConvertOptions, Progress } from '../index.js';

/**
 * How a file is doing: what it can become is `asking`, it is `ready` to be converted, `waiting` for its turn, `working`,
 * and then `done`, `failed` or `cancelled`.
 */
export type State = 'asking' | 'ready' | 'waiting' | 'working' | 'done' | 'failed' | 'cancelled';

/** One of the files of an element. */
export interface UploadItem {
  readonly file: File;
  readonly state: State;
  /** The formats that it can become, once that is known. */
  readonly formats: readonly string[];
  /** What it shall become. */
  readonly to: string;
  /** How far it is, while it is `working`. */
  readonly progress: Progress | undefined;
  /** What came out, once it is `done`. */
  readonly result: ConversionResult | undefined;
  /** Why it is `failed`. */
  readonly error: Error | undefined;
}

/** What a backend prepares for a file by `prepare`. */
export type Ticket = string | ((wish: { file: File; from: string; to: string }) => string | Promise<string>);

/** How a file is converted. */
export interface Way {
  client: CloudConvert | Promise<CloudConvert>;
  ticket: Ticket | undefined;
  options: Partial<ConvertOptions>;
}

export class Item implements UploadItem {
  state: State = 'asking';
  formats: readonly string[] = [];
  to = '';
  progress: Progress | undefined;
  result: ConversionResult | undefined;
  error: Error | undefined;
  /** Called when it is its turn. */
  declare begin: () => void;
  stop = new AbortController();

  /** `goOn` goes on with what was left of it. */
  constructor(
    readonly file: File,
    readonly from: string,
    readonly goOn?: (options: ConvertOptions) => Promise<ConversionResult>,
  ) {}

  get active(): boolean {
    return this.state === 'waiting' || this.state === 'working';
  }

  /** Back to before it was converted. */
  reset(): void {
    this.progress = this.result = this.error = undefined;
    this.state = this.formats.length > 0 ? 'ready' : 'asking';
    this.stop = new AbortController();
  }

  /** It can become these; nothing is done with a file that can become nothing. */
  offer(formats: readonly string[]): void {
    this.formats = formats;
    this.to = formats[0] ?? '';
    this.state = formats.length > 0 ? 'ready' : 'failed';
  }

  cancel(): void {
    if (this.state === 'waiting') this.state = 'cancelled';
    this.stop.abort();
  }

  fail(error: unknown): void {
    this.error = error as Error;
    this.state = 'failed';
  }

  /** Converts it to its end, whatever that is, once it is its `turn`; `changed` is told of every change. */
  async work(way: Way, turn: Promise<unknown>, changed: () => void): Promise<void> {
    const { goOn, stop: { signal } } = this;
    const onProgress = (progress: Progress): void => {
      this.progress = progress;
      changed();
    };
    const after = turn.then(changed);
    try {
      const client = await way.client;
      // Somebody looks at the page and waits, so it gives up earlier than a program would.
      const options = { retries: 8, throttles: 8, download: 'each', ...way.options, to: this.to, signal, onProgress } as const;
      // A client that keeps conversions, keeps those too that wait.
      const keeps = !goOn && !way.ticket && 'unfinished' in client;
      if (!keeps) await after;
      this.result = await (goOn?.(options) ?? (way.ticket ? (await import('./ticket.js')).byTicket(this, client, way.ticket, options) : client.convert(this.file, { ...options, ...(keeps && { after }) })));
      this.state = 'done';
    } catch (error) {
      if (signal.aborted) this.state = 'cancelled';
      else this.fail(error);
    }
    changed();
  }
}
