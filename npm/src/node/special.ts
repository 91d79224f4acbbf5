import { constants, createReadStream, createWriteStream, openSync } from 'node:fs';
import { type FileHandle, access, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { CloudConvertError } from '../errors.js';
import type { Named, Store } from '../host.js';
import type { Place } from './place.js';
import { native } from './signal.js';

/** After how many milliseconds it is asked again whether a pipe is read. */
const AGAIN = 20;

/** Where an output goes that is named by the path of a pipe or of a device, which no file replaces. */
export async function special({ named }: Place): Promise<Store> {
  try {
    await access(named.path, constants.W_OK);
  } catch (error) {
    const message = `the output cannot be written: ${(error as Error).message}; check its rights, or name another path`;
    throw new CloudConvertError({ code: 'output', message }, error);
  }
  return new SpecialStore(named, (await stat(named.path)).isFIFO());
}

/**
 * Gathers an output, and writes it to a pipe or a device when all of it is verified. A pipe waits for its reader, as long as the core
 * lets it.
 */
class SpecialStore implements Store {
  readonly named: Named;
  readonly #path: string;
  readonly #isPipe: boolean;
  #folder: string | undefined;
  #file: FileHandle | undefined;
  #isWritten = false;

  constructor(named: Named, isPipe: boolean) {
    this.named = named;
    this.#path = named.path;
    this.#isPipe = isPipe;
  }

  async begin(_: string, offset: number): Promise<void> {
    this.#folder ??= await mkdtemp(join(tmpdir(), 'cloudconvert-'));
    this.#file ??= await open(this.#part, 'ax', 0o600);
    await this.#file.truncate(offset);
  }

  async write(content: Uint8Array | Blob): Promise<void> {
    await this.#file!.appendFile(content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : content);
  }

  async settle(given: AbortSignal): Promise<void> {
    const signal = native(given);
    const target = this.#isPipe
      ? new Socket({ fd: await this.#opened(signal), readable: false, writable: true })
      : createWriteStream(this.#path, { fd: openSync(this.#path, constants.O_WRONLY | constants.O_NOCTTY) });
    await pipeline(createReadStream(this.#part), target, { signal });
    this.#isWritten = true;
  }

  async finish(): Promise<{ files: File[]; paths: string[] }> {
    await this.discard();
    return { files: [], paths: this.#isWritten ? [this.#path] : [] };
  }

  async discard(): Promise<void> {
    await this.#file?.close().catch(() => undefined);
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  get #part(): string {
    return join(this.#folder!, 'part');
  }

  /** A pipe that is not read would keep a program from ending, if it were opened as a file is. */
  async #opened(signal: AbortSignal): Promise<number> {
    for (;;) {
      signal.throwIfAborted();
      try {
        return openSync(this.#path, constants.O_WRONLY | constants.O_NONBLOCK);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
      }
      await sleep(AGAIN);
    }
  }
}
