import { CloudConvertError } from './errors.js';
import type { SaveTo, Store } from './host.js';
import type { WritableFile } from './types/index.js';

/** Writes one output to a stream, which is closed when the output is whole. That of a file shows nothing before. */
export class StreamStore implements Store {
  readonly #writer: WritableStreamDefaultWriter<unknown>;
  /** Whether the stream is that of a file, which can be cut off. */
  readonly #isFile: boolean;
  /** The output that it takes. */
  #name: string | undefined;
  /** How many bytes are written, once an output has come. */
  #written: number | undefined;
  #closed: Promise<void> | undefined;
  #giveUp!: (reason: Error) => void;
  /** Fails when the output is given up: what reads the stream may have stopped. */
  readonly #given = new Promise<never>((_, reject) => (this.#giveUp = reject));

  private constructor(stream: WritableStream<unknown>) {
    this.#isFile = 'truncate' in stream;
    this.#writer = stream.getWriter();
    this.#given.catch(() => undefined);
  }

  static async at(saveTo: SaveTo, several: boolean): Promise<StreamStore> {
    const { createWritable, getWriter } = (saveTo ?? {}) as Partial<WritableFile & WritableStream>;
    if (several || !(createWritable ?? getWriter)) {
      const hint = several
        ? 'a stream or a handle takes one output: save each into a folder'
        : 'save to a WritableStream, or to the handle of a file; Writable.toWeb of Node makes a stream';
      throw new CloudConvertError({ code: 'bad_request', message: hint });
    }
    try {
      const store = new StreamStore(createWritable ? await (saveTo as WritableFile).createWritable() : (saveTo as WritableStream));
      // One that is closed or has failed says so at once.
      let over: unknown;
      store.#writer.closed.then(() => (over = Error('it is closed')), (error) => (over = error));
      await 0;
      if (over) throw over;
      return store;
    } catch (error) {
      throw new CloudConvertError({ code: 'output', message: `the output cannot be written: ${(error as Error).message}` }, error);
    }
  }

  async begin(name: string, offset: number): Promise<void> {
    if ((this.#name ??= name) !== name) throw new Error('there are several outputs, and a place for one');
    if (offset === (this.#written ??= 0)) return;
    if (!this.#isFile) throw new Error('the download begins anew, and a stream cannot go back; save to a file');
    await this.#writer.write({ type: 'truncate', size: offset });
    this.#written = offset;
  }

  async write(content: Uint8Array | Blob): Promise<void> {
    const isBlob = content instanceof Blob;
    const written = this.#writer.write(isBlob && !this.#isFile ? new Uint8Array(await content.arrayBuffer()) : content);
    await Promise.race([written, this.#given]);
    this.#written! += isBlob ? content.size : content.length;
  }

  settle(): Promise<void> {
    return (this.#closed ??= Promise.race([this.#writer.close(), this.#given]));
  }

  async finish(): Promise<{ files: File[]; paths: string[] }> {
    // Where nothing came.
    await this.settle();
    return { files: [], paths: [] };
  }

  giveUp(): void {
    this.#giveUp(new Error('the output was given up'));
  }

  /** What is being written is not waited for. */
  async discard(): Promise<void> {
    this.#writer.abort().catch(() => undefined);
  }
}
