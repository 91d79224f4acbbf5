import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import type { Store } from '../host.ts';

interface Output {
  /** Where it is written until it is whole. */
  part: string;
  path: string;
  name: string;
  file: FileHandle;
}

/** Writes outputs to files, which get their names only when all of them are whole. */
export class FileStore implements Store {
  readonly #saveTo: string;
  readonly #outputs: Output[] = [];
  #folder: boolean | undefined;

  constructor(saveTo: string) {
    this.#saveTo = saveTo;
  }

  async begin(name: string, offset: number): Promise<void> {
    let output = this.#outputs.at(-1);
    if (output?.name !== name) {
      output = await this.#create(name);
      this.#outputs.push(output);
    }
    await output.file.truncate(offset);
  }

  async write(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    // The file is open for appending, so a chunk always goes behind what is there.
    await this.#outputs.at(-1)!.file.appendFile(chunk);
  }

  async finish(): Promise<{ files: File[]; paths: string[] }> {
    for (const { file } of this.#outputs) {
      await file.sync();
      await file.close();
    }
    for (const { part, path } of this.#outputs) await rename(part, path);
    return { files: [], paths: this.#outputs.map(({ path }) => path) };
  }

  async discard(): Promise<void> {
    for (const { file, part } of this.#outputs) {
      await file.close().catch(() => undefined);
      await rm(part, { force: true });
    }
  }

  async #create(name: string): Promise<Output> {
    this.#folder ??= await stat(this.#saveTo).then((stats) => stats.isDirectory(), () => false);
    const path = this.#folder ? join(this.#saveTo, name) : this.#saveTo;
    const part = join(dirname(path), `.${basename(path).slice(0, 200)}.${randomBytes(4).toString('hex')}.part`);
    return { part, path, name, file: await open(part, 'ax') };
  }
}
