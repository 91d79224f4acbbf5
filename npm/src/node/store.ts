import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { CloudConvertError } from '../errors.js';
import type { Store } from '../host.js';

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
  readonly #folder: boolean;
  #outputs: Output[] = [];

  private constructor(saveTo: string, folder: boolean) {
    this.#saveTo = saveTo;
    this.#folder = folder;
  }

  /** Writes to this file, or into this folder if it is one or ends with a slash; an error where that cannot be. */
  static async at(saveTo: string, several: boolean): Promise<FileStore> {
    const named = /[/\\]$/.test(saveTo);
    const folder = named || (await stat(saveTo).then((stats) => stats.isDirectory(), () => false));
    if (several && !folder) {
      throw new CloudConvertError({
        code: 'bad_request',
        message: 'each output is saved on its own, so `saveTo` has to be a folder, or end with a slash',
      });
    }
    try {
      if (named) await mkdir(saveTo, { recursive: true });
      // With the dot, a file in the folder's place is an error.
      await access(`${folder ? saveTo : dirname(saveTo)}/.`, constants.W_OK);
    } catch (error) {
      throw failure(`nothing can be written to ${saveTo}`, error);
    }
    return new FileStore(saveTo, folder);
  }

  async begin(name: string, offset: number): Promise<void> {
    let output = this.#outputs.at(-1);
    if (output?.name !== name) this.#outputs.push((output = await this.#create(name)));
    await output.file.truncate(offset);
  }

  async write(content: Uint8Array | Blob): Promise<void> {
    // The file is open for appending, so a chunk always goes behind what is there.
    await this.#outputs.at(-1)!.file.appendFile(content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : content);
  }

  async finish(): Promise<{ files: File[]; paths: string[] }> {
    try {
      for (const { file } of this.#outputs) await file.sync();
      for (const { file } of this.#outputs) await file.close();
    } catch (error) {
      throw failure('the output cannot be written', error);
    }
    const outputs = this.#outputs;
    // The service has deleted them by now, so from here on they stay, whatever happens.
    this.#outputs = [];
    for (const { part, path } of outputs) {
      await rename(part, path).catch((error) => {
        throw failure(`the output is in ${part}, because it cannot be renamed to ${path}`, error);
      });
    }
    return { files: [], paths: outputs.map(({ path }) => path) };
  }

  async discard(): Promise<void> {
    for (const { file, part } of this.#outputs) {
      await file.close().catch(() => undefined);
      await rm(part, { force: true });
    }
  }

  async #create(name: string): Promise<Output> {
    const path = this.#folder ? join(this.#saveTo, name) : this.#saveTo;
    const part = join(dirname(path), `.cloudconvert-${randomBytes(6).toString('hex')}.part`);
    return { part, path, name, file: await open(part, 'ax') };
  }
}

function failure(what: string, error: unknown): CloudConvertError {
  return new CloudConvertError({ code: 'output', message: `${what}: ${(error as Error).message}` }, error);
}
