/**
 * A plugin for Uppy, version 6: its Dashboard, or any other face of it, uploads and converts through the kit.
 *
 * @packageDocumentation
 */
import { BasePlugin, type Body, type Meta, type PluginOpts, type Uppy, type UppyFile } from '@uppy/core';

import { CloudConvert, CloudConvertError, type ConversionResult, type ConvertOptions, type Progress } from '../index.js';
import { isAbsent, standIn } from '../resume/absent.js';
import { handleOf, hearDrops } from '../resume/dropped.js';
import type { Left, Resumable } from '../resume/index.js';

/** How files are converted. */
export interface UploaderOptions extends PluginOpts {
  /** Where a relay is, such as `/convert/v2`. Default: that of `client`. When: the page has no client of its own. */
  baseUrl?: string | undefined;
  /** The client that converts. Default: one of `baseUrl`. When: the page has one already, or it needs other options. */
  client?: CloudConvert | undefined;
  /** The format that files become, or what tells it for a file. When: always. */
  to: string | ((file: UppyFile<Meta, Body>) => string);
  /**
   * Further options of `convert`, for every file. Default: `retries` and `throttles` of 8, and each output on its own. When: the
   * conversion itself has options.
   */
  options?: Partial<ConvertOptions> | undefined;
  /** How many files are converted at once; 0 is no limit, as with Uppy's own uploaders. Default: 3. When: the relay allows more or fewer. */
  limit?: number | undefined;
  /**
   * Whether conversions go on after a reload or a crash of the tab: what an earlier page left comes into the list and goes on. A
   * file that was too large to be copied goes on when its upload is begun once more, if it was dropped in Chromium, or else when it is
   * added again. Default: no. When: files are large or conversions long.
   */
  resume?: boolean | undefined;
}

/** What a page tells of a file to the next one. */
interface Note {
  /** The plugin whose file it is: a client of the page's own may keep other conversions too. */
  plugin: string;
  name: string;
  type: string;
  size: number | null;
  meta: object;
  to: string;
}

/** What Uppy's event `upload-success`, and `file.response`, have as their `body`. */
export interface Converted extends Body {
  /** The results. */
  files: File[];
  processId: string | undefined;
  info: unknown;
}

declare module '@uppy/core' {
  interface UppyEventMap<M extends Meta, B extends Body> {
    /** How far a conversion is, with all that the kit knows of it. */
    'cloudconvert-progress': (file: UppyFile<M, B>, progress: Progress) => void;
  }
}

/**
 * Uploads and converts Uppy's files. Uppy's own progress counts the whole: a file is at 100 % when its result is there.
 *
 * @example
 * ```js
 * new Uppy().use(Dashboard, { inline: true }).use(CloudConvertUploader, { baseUrl: '/convert/v2', to: 'jpg' });
 * ```
 */
export class CloudConvertUploader<M extends Meta, B extends Body> extends BasePlugin<UploaderOptions, M, B> {
  readonly #client: CloudConvert;
  /** The same, where conversions go on after a reload; nothing where that cannot be loaded. */
  #kept: Promise<Resumable | undefined> | undefined;
  /** What an earlier page left, by the files of this one. */
  readonly #left = new Map<string, Left>();

  constructor(uppy: Uppy<M, B>, options: UploaderOptions) {
    super(uppy, options);
    this.type = 'uploader';
    this.id = options.id ?? 'CloudConvertUploader';
    const { baseUrl, client } = options;
    this.#client = client ?? new CloudConvert(baseUrl ? { baseUrl: new URL(baseUrl, document.baseURI).href } : {});
  }

  override install(): void {
    this.uppy.addUploader(this.#upload);
    if (!this.opts.resume) return;
    hearDrops();
    this.uppy.on('file-removed', this.#discard);
    const warn = (error: Error): undefined => void this.uppy.log(error, 'warning');
    this.#kept = this.#keep().catch(warn);
    this.#kept.then((kept) => kept && this.#goOn(kept)).catch(warn);
  }

  override uninstall(): void {
    this.uppy.removeUploader(this.#upload);
    this.uppy.off('file-removed', this.#discard);
  }

  async #keep(): Promise<Resumable> {
    if ('unfinished' in this.#client) return this.#client as Resumable;
    const { resumable } = await import('../resume/index.js');
    return resumable(this.#client, { name: [this.id, location.pathname, this.opts.baseUrl].join(' ') });
  }

  /** Takes up what an earlier page left. */
  async #goOn(kept: Resumable): Promise<void> {
    const all = await this.#unfinished(kept);
    const inNeedOf = (needs: Left['needs']) => all.filter((left) => left.needs === needs);
    for (const left of inNeedOf('nothing')) await this.#add(left);
    const going = this.#left.size > 0 && this.uppy.upload();
    // What comes into the list from now on waits for a click: then alone does a browser ask whether the page may open a file.
    const later = async () => {
      for (const left of inNeedOf('permission')) await this.#add(left);
    };
    await Promise.all([going, later()]);
  }

  async #add(left: Left): Promise<void> {
    try {
      const { name, type, size, meta } = left.note as Note;
      const facts = left.files[0] ?? { size: size ?? 0, lastModified: undefined };
      // What cannot be opened, or is uploaded already, is shown as it was.
      const [data = standIn(name, facts, type)] = (await left.kept()) ?? [];
      this.#left.set(this.uppy.addFile({ source: this.id, name, type, data, meta: meta as M }), left);
    } catch (error) {
      // Restrictions may have changed since. It stays kept.
      this.uppy.log(error as Error, 'warning');
    }
  }

  /** What was left of this plugin's files. */
  async #unfinished(kept: Resumable): Promise<Left[]> {
    return (await kept.unfinished()).filter(({ note }) => (note as Partial<Note> | undefined)?.plugin === this.id);
  }

  /** What Uppy calls with the files of an upload, and once more with those that are tried again. */
  readonly #upload = async (ids: string[]): Promise<void> => {
    const files = this.uppy.getFilesByIds(ids).filter((file) => !file.progress.uploadComplete);
    this.uppy.emit('upload-start', files);
    const places = files.map((file) => {
      let begin!: () => void;
      const place = new Promise<void>((resolve) => (begin = resolve));
      return { begin, end: this.#convert(file, place) };
    });
    const waiting = places.values();
    const one = async (): Promise<void> => {
      // All take from the same list.
      for (const { begin, end } of waiting) {
        begin();
        await end;
      }
    };
    const { limit = 3 } = this.opts;
    await Promise.all(Array.from({ length: limit > 0 ? Math.min(limit, places.length) : places.length }, one));
  };

  /** Converts a file to its end, whatever that is, as soon as it has a place. */
  async #convert(file: UppyFile<M, B>, place: Promise<void>): Promise<void> {
    const { uppy } = this;
    const stop = new AbortController();
    const removed = ({ id }: UppyFile<M, B>): void => void (id === file.id && stop.abort());
    const cancelled = (): void => stop.abort();
    uppy.on('file-removed', removed);
    uppy.on('cancel-all', cancelled);
    try {
      const result = await this.#result(file, place, stop.signal);
      const body = { files: result.files, processId: result.processId, info: result.info } as Converted as unknown as B;
      uppy.emit('upload-success', uppy.getFile(file.id), { status: 200, body, ...(result.url ? { uploadURL: result.url } : {}) });
    } catch (error) {
      if (!stop.signal.aborted) uppy.emit('upload-error', uppy.getFile(file.id), error as Error);
    } finally {
      uppy.off('file-removed', removed);
      uppy.off('cancel-all', cancelled);
    }
  }

  async #result(file: UppyFile<M, B>, place: Promise<void>, signal: AbortSignal): Promise<ConversionResult> {
    const { uppy, opts } = this;
    const { id, name, type, data } = file;
    if (!(data instanceof Blob)) throw new Error('The file is not on this machine; the kit converts those that are.');
    const onProgress = (progress: Progress): void => {
      const present = uppy.getState().files[id];
      if (!present) return;
      uppy.emit('cloudconvert-progress', present, progress);
      const bytesTotal = present.size;
      // At 100 % Uppy takes no more progress.
      const bytesUploaded = Math.min(progress.fraction, 0.99) * (bytesTotal ?? 0);
      uppy.emit('upload-progress', present, { uploadStarted: present.progress.uploadStarted ?? 0, bytesUploaded, bytesTotal });
    };
    const to = typeof opts.to === 'function' ? opts.to(file as unknown as UppyFile<Meta, Body>) : opts.to;
    const options = { retries: 8, throttles: 8, download: 'each', name, ...opts.options, to, signal, onProgress } as const;
    const kept = await this.#kept;
    if (!kept) {
      await place;
      signal.throwIfAborted();
      return this.#client.convert(data, options);
    }
    const left = this.#left.get(id) ?? (await this.#unfinished(kept)).find((left) => (left.note as Note).to === to && left.isOf([data]));
    this.#left.delete(id);
    if (!left) {
      if (isAbsent(data)) throw new CloudConvertError({ code: 'input', message: 'the file is no longer there: add it again' });
      const handle = data instanceof File ? await handleOf(data) : undefined;
      return kept.convert(data, { ...options, after: place, handle, note: { plugin: this.id, name, type, size: file.size, meta: { ...file.meta }, to } satisfies Note });
    }
    await place;
    signal.throwIfAborted();
    const result = await left.resume({ signal, onProgress, ...(left.needs !== 'nothing' && !isAbsent(data) && { files: [data] }) });
    if (result) return result;
    throw new CloudConvertError({ code: 'cancelled', message: 'it runs in another tab' });
  }

  /** Whoever takes a file out of the list, wants no more of what was left of it. */
  readonly #discard = async ({ data }: UppyFile<M, B>): Promise<void> => {
    const kept = await this.#kept;
    const unfinished = kept ? await this.#unfinished(kept) : [];
    await unfinished.find((left) => data instanceof Blob && left.isOf([data]))?.discard().catch(() => undefined);
  };
}

export default CloudConvertUploader;
