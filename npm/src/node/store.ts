import { randomBytes } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { access, type FileHandle, link, lstat, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { numbered_name } from '../../wasm/cloudconvert_wasm.js';
import { CloudConvertError } from '../errors.js';
import type { Claims, Store } from '../host.js';

interface Output {
  /** Where it is written until it is whole. */
  part: string;
  path: string;
  name: string;
  file: FileHandle;
}

/**
 * Writes outputs to files, which get their names when all of them are whole, and before the service deletes them. A file that
 * was named is replaced; in a folder nothing is.
 */
export class FileStore implements Store {
  readonly #saveTo: string;
  /** The same, or the file that a symbolic link of this name leads to: the link stays. */
  readonly #place: string;
  readonly #folder: boolean;
  /** Whether a name that is taken gets a number. */
  readonly #numbers: boolean;
  readonly #paths: string[] = [];
  #outputs: Output[] = [];
  /** What is written and has not got its name yet. */
  readonly #unnamed: Output[] = [];

  private constructor(saveTo: string, place: string, folder: boolean, overwrite: boolean) {
    this.#saveTo = saveTo;
    this.#place = place;
    this.#folder = folder;
    this.#numbers = folder && !overwrite;
  }

  /** Writes to this file, or into this folder if it is one, ends with a slash or takes several; an error where that cannot be. */
  static async at(saveTo: string, several: boolean, overwrite = false): Promise<FileStore> {
    if (!saveTo) throw new CloudConvertError({ code: 'bad_request', message: '`saveTo` is empty: name a file or a folder' });
    const present = await stat(saveTo).catch(() => undefined);
    if (several && present && !present.isDirectory()) {
      throw new CloudConvertError({ code: 'bad_request', message: `\`saveTo\` is a file, and has to be a folder: ${saveTo}; name another path` });
    }
    const made = several || /[/\\]$/.test(saveTo);
    const folder = made || present?.isDirectory() === true;
    const place = present && !folder ? await realpath(saveTo) : saveTo;
    try {
      if (made) await mkdir(saveTo, { recursive: true });
      // With the dot, a file in the folder's place is an error.
      await access(`${folder ? saveTo : dirname(place)}/.`, constants.W_OK);
    } catch (error) {
      throw failure(`nothing can be written to ${saveTo}`, error);
    }
    return new FileStore(saveTo, place, folder, overwrite);
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
      if (mark && this.#numbers) marks.push([name, mark]);
      await file.close();
    }
    await claims?.keep(marks);
    const outputs = this.#outputs.splice(0);
    this.#unnamed.push(...outputs);
    // Either all of them can get their names, or none gets one.
    if (!this.#numbers) for (const { path } of outputs) await assertReplaceable(path);
    for (const output of outputs) {
      if (!this.#numbers) await rename(output.part, output.path);
      const path = this.#numbers ? await this.#name(output, claims) : output.path;
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

  /** Names what is written, in place of no other file: with a number, where the name is taken by another output than this. */
  async #name({ part, name }: Output, claims: Claims | undefined): Promise<string> {
    for (let taken = 0; ; taken++) {
      const path = join(this.#saveTo, numbered_name(name, taken));
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
    const path = this.#folder ? join(this.#saveTo, name) : this.#place;
    const part = join(dirname(path), `.cloudconvert-${randomBytes(6).toString('hex')}.part`);
    return { part, path, name, file: await open(part, 'ax') };
  }
}

/** By what a file is known again under whatever name; nothing where files have no numbers. */
const markOf = ({ ino, mtimeNs, size }: BigIntStats): string | undefined => (ino ? `${ino} ${mtimeNs} ${size}` : undefined);

/** A folder, a pipe or a device keeps its name; a file and a link give it up. */
async function assertReplaceable(path: string): Promise<void> {
  const present = await lstat(path).catch(() => undefined);
  if (present && !present.isFile() && !present.isSymbolicLink()) throw new Error(`${path} is no file that can be replaced; name another path`);
}

/** Names are on the disk when their folder is; not every system lets one open it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path).catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

function failure(what: string, error: unknown): CloudConvertError {
  return new CloudConvertError({ code: 'output', message: `${what}: ${(error as Error).message}` }, error);
}
