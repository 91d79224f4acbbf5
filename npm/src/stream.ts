import { CloudConvertError } from './errors.js';
import type { SaveTo, Store } from './host.js';

/** Writes one output to a stream, which is closed when the output is whole. */
export class StreamStore implements Store {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  /** How many bytes are written, once an output has come. */
  #written: number | undefined;
  #closed: Promise<void> | undefined;
  #giveUp!: (reason: Error) => void;
  /** Fails when the output is given up: whoever reads the stream may have stopped. */
  readonly #given = new Promise<never>((_, reject) => (this.#giveUp = reject));

  private constructor(writer: WritableStreamDefaultWriter<Uint8Array>) {
    this.#writer = writer;
    this.#given.catch(() => undefined);
  }

  static at(saveTo: SaveTo, several: boolean): StreamStore {
    const hint = several ? 'a stream takes one output: save each into a folder' : 'the output goes to a WritableStream; Writable.toWeb of Node makes one of a stream of its own';
    if (several || typeof (saveTo as WritableStream).getWriter !== 'function') throw new CloudConvertError({ code: 'bad_request', message: hint });
    return new StreamStore((saveTo as WritableStream).getWriter());
  }

  async begin(_: string, offset: number): Promise<void> {
    if (offset !== (this.#written ??= 0)) throw new Error('the download begins anew, and a stream cannot go back; save to a file');
  }

  async write(content: Uint8Array | Blob): Promise<void> {
    const bytes = content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : content;
    await Promise.race([this.#writer.write(bytes), this.#given]);
    this.#written! += bytes.length;
  }

  /** What failed before there was an output is deleted too. */
  async settle(): Promise<void> {
    if (this.#written !== undefined) await this.#close();
  }

  #close(): Promise<void> {
    return (this.#closed ??= Promise.race([this.#writer.close(), this.#given]));
  }

  async finish(): Promise<{ files: File[]; paths: string[] }> {
    await this.#close();
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
