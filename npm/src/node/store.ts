import { randomBytes } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { access, type FileHandle, link, lstat, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { gives_way, numbered_name } from '../../wasm/cloudconvert_wasm.js';
import { CloudConvertError } from '../errors.js';
import type { Claims, Named, Store } from '../host.js';
import { type Place, kind } from './place.js';

interface Output {
  /** Where it is written until it is whole. */
  part: string;
  name: string;
  file: FileHandle;
}

/**
 * Writes outputs to files, which get their names when all of them are whole, and before the service deletes them. A file that
 * was named is replaced; in a folder nothing is.
 */
export class FileStore implements Store {
  readonly named: Named;
  readonly #saveTo: string;
  /** The same, or the file that a symbolic link of this name leads to: the link stays. */
  readonly #place: string;
  readonly #folder: boolean;
  readonly #overwrite: boolean;
  readonly #paths: string[] = [];
  #outputs: Output[] = [];
  /** What is written and has not got its name yet. */
  readonly #unnamed: Output[] = [];

  private constructor(named: Named, place: string, folder: boolean, overwrite: boolean) {
    this.named = named;
    this.#saveTo = named.path;
    this.#place = place;
    this.#folder = folder;
    this.#overwrite = overwrite;
  }

  /** Writes there; an error where that cannot be. */
  static async at({ named, does }: Place, overwrite = false): Promise<FileStore> {
    const { path, present } = named;
    const folder = does !== 'file';
    try {
      const place = !folder && present === 'file' ? await realpath(path) : path;
      if (does === 'make') await mkdir(path, { recursive: true });
      await access(folder ? path : dirname(place), constants.W_OK);
      return new FileStore(named, place, folder, overwrite);
    } catch (error) {
      const message = `the output cannot be written: ${(error as Error).message}; check the rights, or name another path`;
      throw new CloudConvertError({ code: 'output', message }, error);
    }
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

  /** Writes everything to the disk, then gives each its name. What has a name stays, whatever happens. */
  async settle(_: AbortSignal, claims?: Claims): Promise<void> {
    const marks: [string, string][] = [];
    for (const { file, name } of this.#outputs) {
      await file.sync();
      const mark = markOf(await file.stat({ bigint: true }));
      if (mark && this.#folder && !this.#overwrite) marks.push([name, mark]);
      await file.close();
    }
    await claims?.keep(marks);
    const outputs = this.#outputs.splice(0);
    this.#unnamed.push(...outputs);
    for (const output of outputs) {
      if (!this.#folder) await rename(output.part, this.#place);
      const path = this.#folder ? await this.#name(output, claims) : this.#place;
      this.#paths.push(this.#folder ? path : this.#saveTo);
      await rm(output.part, { force: true });
      this.#unnamed.shift();
      claims?.named(output.name, basename(path));
    }
    await syncFolder(this.#folder ? this.#saveTo : dirname(this.#place));
  }

  async finish(): Promise<{ files: File[]; paths: string[] }> {
    return { files: [], paths: this.#paths };
  }

  kept(): readonly string[] {
    return this.#paths;
  }

  async discard(): Promise<void> {
    for (const { file, part } of [...this.#outputs, ...this.#unnamed]) {
      await file.close().catch(() => undefined);
      await rm(part, { force: true });
    }
  }

  /** Names what is written: with a number, where the name is taken by what does not give way, and is not this output. */
  async #name({ part, name }: Output, claims: Claims | undefined): Promise<string> {
    for (let taken = 0; ; taken++) {
      const path = join(this.#saveTo, numbered_name(name, taken));
      if (this.#overwrite) {
        if (!gives_way(kind(await lstat(path).catch(() => undefined)), true)) continue;
        await rename(part, path);
        return path;
      }
      try {
        await link(part, path).catch(async (error: NodeJS.ErrnoException) => {
          if (error.code === 'EEXIST') throw error;
          // Some file systems have no second names. There, the name is taken first.
          await (await open(path, 'wx')).close();
          await rename(part, path);
        });
        return path;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        const mark = claims && markOf(await lstat(path, { bigint: true }));
        if (mark && claims.has(name, mark)) return path;
      }
    }
  }

  async #create(name: string): Promise<Output> {
    const part = join(this.#folder ? this.#saveTo : dirname(this.#place), `.cloudconvert-${randomBytes(6).toString('hex')}.part`);
    return { part, name, file: await open(part, 'ax') };
  }
}

/** By what a file is known again under whatever name; nothing where files have no numbers. */
const markOf = ({ ino, mtimeNs, size }: BigIntStats): string | undefined => (ino ? `${ino} ${mtimeNs} ${size}` : undefined);

/** Names are on the disk when their folder is; not every system lets one open it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path).catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
