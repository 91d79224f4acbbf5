import { constants, createReadStream, createWriteStream, openSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { CloudConvertError } from '../errors.js';
import type { Store } from '../host.js';

/** After how many milliseconds it is asked again whether somebody reads a pipe. */
const AGAIN = 20;
/** Longer timers than 2^31 ms strike at once. */
const LONGEST = 2_000_000_000;

/**
 * Where an output goes that is named by the path of a pipe or of a device, which no file replaces; nothing where the path is that
 * of a file or a folder, or of nothing yet. Whatever else it is, is refused before anything is asked for.
 */
export async function special(path: string, several: boolean, deadline = 6 * 3_600_000): Promise<Store | undefined> {
  const present = await stat(path).catch(() => undefined);
  if (!present || present.isFile() || present.isDirectory() || several) return undefined;
  if (!present.isFIFO() && !present.isCharacterDevice()) {
    throw new CloudConvertError({ code: 'output', message: `${path} is no file, pipe or device that can be written; name another one` });
  }
  return new SpecialStore(path, present.isFIFO(), Date.now() + deadline);
}

/** Gathers an output, and writes it to a pipe or a device when all of it is verified. A pipe waits for its reader. */
class SpecialStore implements Store {
  readonly #path: string;
  readonly #isPipe: boolean;
  /** For how long it may wait. */
  readonly #until: number;
  readonly #stop = new AbortController();
  #folder: string | undefined;
  #file: FileHandle | undefined;
  #isWritten = false;

  constructor(path: string, isPipe: boolean, until: number) {
    this.#path = path;
    this.#isPipe = isPipe;
    this.#until = until;
  }

  async begin(_: string, offset: number): Promise<void> {
    this.#folder ??= await mkdtemp(join(tmpdir(), 'cloudconvert-'));
    this.#file ??= await open(this.#part, 'ax', 0o600);
    await this.#file.truncate(offset);
  }

  async write(content: Uint8Array | Blob): Promise<void> {
    await this.#file!.appendFile(content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : content);
  }

  async settle(): Promise<void> {
    const { signal } = this.#stop;
    const late = () => this.#stop.abort(new Error(`nothing has read from ${this.#path} in time; start what reads from it`));
    const timer = setTimeout(late, Math.min(this.#until - Date.now(), LONGEST));
    try {
      await this.#pour(signal);
    } finally {
      clearTimeout(timer);
    }
    this.#isWritten = true;
  }

  async #pour(signal: AbortSignal): Promise<void> {
    const target = this.#isPipe ? new Socket({ fd: await this.#opened(), readable: false, writable: true }) : createWriteStream(this.#path, { fd: openSync(this.#path, constants.O_WRONLY | constants.O_NOCTTY) });
    // The reason of the signal says more than that it was aborted.
    await pipeline(createReadStream(this.#part), target, { signal }).catch((error) => {
      signal.throwIfAborted();
      throw error;
    });
  }

  async finish(): Promise<{ files: File[]; paths: string[] }> {
    await this.discard();
    return { files: [], paths: this.#isWritten ? [this.#path] : [] };
  }

  giveUp(): void {
    this.#stop.abort(new Error('the output was given up'));
  }

  async discard(): Promise<void> {
    await this.#file?.close().catch(() => undefined);
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  get #part(): string {
    return join(this.#folder!, 'part');
  }

  /** A pipe that nobody reads would keep a program from ending, if it were opened as a file is. */
  async #opened(): Promise<number> {
    for (;;) {
      this.#stop.signal.throwIfAborted();
      try {
        return openSync(this.#path, constants.O_WRONLY | constants.O_NONBLOCK);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
      }
      await sleep(AGAIN);
    }
  }
}
