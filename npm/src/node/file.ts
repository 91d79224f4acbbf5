import { createReadStream } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { basename } from 'node:path';

import type { Input } from '../host.js';

/** A file on disk, not a `Blob`: Node's own (`openAsBlob`) has sizes of 32 bits. */
export class DiskFile {
  readonly size: number;
  readonly #path: string;
  readonly #changed: number;

  private constructor(path: string, size: number, changed: number) {
    this.size = size;
    this.#path = path;
    this.#changed = changed;
  }

  static async open(path: string): Promise<Input> {
    const stats = await stat(path);
    if (!stats.isFile()) throw new Error(`${path} is not a file; name one`);
    await access(path, constants.R_OK);
    return { content: new DiskFile(path, stats.size, stats.mtimeMs), name: basename(path) };
  }

  async *read(): AsyncGenerator<Uint8Array> {
    yield* createReadStream(this.#path, { highWaterMark: 256 << 10 });
    const { mtimeMs } = await stat(this.#path);
    if (mtimeMs !== this.#changed) throw new Error(`${this.#path} has changed; convert it when nothing writes to it`);
  }
}
