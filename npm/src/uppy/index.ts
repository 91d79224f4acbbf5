/**
 * A plugin for Uppy, version 6: its Dashboard, or any other face of it, uploads and converts through the kit.
 *
 * @packageDocumentation
 */
import { BasePlugin, type Body, type Meta, type PluginOpts, type Uppy, type UppyFile } from '@uppy/core';

import { CloudConvert, type ConvertOptions, type Progress, type Result } from '../index.js';

/** How files are converted. */
export interface UploaderOptions extends PluginOpts {
  /** Where a relay is, such as `/convert/v2`. */
  baseUrl?: string | undefined;
  /** The client that converts. Default: one of `baseUrl`. */
  client?: CloudConvert | undefined;
  /** The format that files become, or what tells it for a file. */
  to: string | ((file: UppyFile<Meta, Body>) => string);
  /** Further options of `convert`, for every file. */
  options?: Partial<ConvertOptions> | undefined;
  /** How many files are converted at once. Default: 3. */
  limit?: number | undefined;
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

  constructor(uppy: Uppy<M, B>, options: UploaderOptions) {
    super(uppy, options);
    this.type = 'uploader';
    this.id = options.id ?? 'CloudConvertUploader';
    const { baseUrl, client } = options;
    this.#client = client ?? new CloudConvert(baseUrl ? { baseUrl: new URL(baseUrl, document.baseURI).href } : {});
  }

  override install(): void {
    this.uppy.addUploader(this.#upload);
  }

  override uninstall(): void {
    this.uppy.removeUploader(this.#upload);
  }

  /** What Uppy calls with the files of an upload, and once more with those that are tried again. */
  readonly #upload = async (ids: string[]): Promise<void> => {
    const files = this.uppy.getFilesByIds(ids).filter((file) => !file.progress.uploadComplete);
    this.uppy.emit('upload-start', files);
    const waiting = files.values();
    const one = async (): Promise<void> => {
      // All take from the same list.
      for (const file of waiting) await this.#convert(file);
    };
    await Promise.all(Array.from({ length: this.opts.limit ?? 3 }, one));
  };

  /** Converts a file to its end, whatever that is. */
  async #convert(file: UppyFile<M, B>): Promise<void> {
    const { uppy } = this;
    // It may have been removed while it waited.
    if (!uppy.getState().files[file.id]) return;
    const stop = new AbortController();
    const removed = ({ id }: UppyFile<M, B>): void => void (id === file.id && stop.abort());
    const cancelled = (): void => stop.abort();
    uppy.on('file-removed', removed);
    uppy.on('cancel-all', cancelled);
    try {
      const result = await this.#result(file, stop.signal);
      const body = { files: result.files, processId: result.processId, info: result.info } as Converted as unknown as B;
      uppy.emit('upload-success', uppy.getFile(file.id), { status: 200, body, ...(result.url ? { uploadURL: result.url } : {}) });
    } catch (error) {
      if (!stop.signal.aborted) uppy.emit('upload-error', uppy.getFile(file.id), error as Error);
    } finally {
      uppy.off('file-removed', removed);
      uppy.off('cancel-all', cancelled);
    }
  }

  #result(file: UppyFile<M, B>, signal: AbortSignal): Promise<Result> {
    const { uppy, opts } = this;
    if (!(file.data instanceof Blob)) throw new Error('The file is not on this machine; the kit converts those that are.');
    const onProgress = (progress: Progress): void => {
      const present = uppy.getState().files[file.id];
      if (!present) return;
      uppy.emit('cloudconvert-progress', present, progress);
      const bytesTotal = file.size;
      // At 100 % Uppy takes no more progress.
      const bytesUploaded = Math.min(progress.fraction, 0.99) * (bytesTotal ?? 0);
      uppy.emit('upload-progress', present, { uploadStarted: present.progress.uploadStarted ?? 0, bytesUploaded, bytesTotal });
    };
    const to = typeof opts.to === 'function' ? opts.to(file as unknown as UppyFile<Meta, Body>) : opts.to;
    return this.#client.convert(file.data, { retries: 8, throttles: 8, download: 'each', name: file.name, ...opts.options, to, signal, onProgress });
  }
}

export default CloudConvertUploader;
