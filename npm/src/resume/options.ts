import type { ConvertOptions, DownloadOptions, FollowOptions, ManyOptions, ProgressOptions, RunOptions, Target } from '../types/options.js';
import type { ConversionResult } from '../types/results.js';
import type { FileSource, Sources } from '../types/sources.js';

/** The handle of a file, as `showOpenFilePicker`, a drop or the page's own file system gives it. */
export interface FileHandle {
  readonly kind: 'file';
  readonly name: string;
  getFile(): Promise<File>;
}

/** What a page converts. Of a handle only the handle is kept, whatever the size of its file. */
export type Picked = Sources | FileHandle | readonly FileHandle[];

/** The same of a job of one's own, for a task of its. */
export type PickedFile = FileSource | FileHandle;

export interface ResumableOptions {
  /**
   * The name of the database. Conversions of another service need another one. Default: `cloudconvert-kit`. When: a page has clients of
   * two services.
   */
  name?: string | undefined;
  /**
   * Up to how many bytes of files without a handle are in the database at once, as copies. Default: 100 MB. When: files are larger, or
   * the page needs the room itself.
   */
  copyUpTo?: number | undefined;
  /**
   * After how many milliseconds a conversion that was left is forgotten. Default: one day, as long as the service keeps files. When: a
   * service keeps them for longer or shorter.
   */
  keepFor?: number | undefined;
}

/** What is added to the options of `convert`, `run` and `follow`. */
export interface Noted {
  /**
   * Anything of the page's own that the browser can clone, such as where the result belongs. It must hold no secrets. Default: none.
   * When: the next page has to know what it is for.
   */
  note?: unknown;
}

/** What is added to the options of `convert`. */
export interface Waiting {
  /**
   * It begins when this is fulfilled, such as a place in a queue of the page's own. It is kept from now on. Default: at once. When: the
   * page has a queue.
   */
  after?: Promise<unknown> | undefined;
  /**
   * The handle of the file that is converted. It is kept where there is no room for a copy, which opens without a permission. Default:
   * none. When: the page has the handle beside the file, as of a drop.
   */
  handle?: FileHandle | undefined;
}

export type NotedConvertOptions = ConvertOptions & Target & Noted & Waiting;
/** As `ManyOptions`; `note` gives the note on a source. */
export type NotedManyOptions<S> = Omit<ManyOptions<S>, 'saveTo'> &
  Target & {
    /** What gives the handle of a file, or the stream, for a source. */
    saveTo?: ((source: S) => DownloadOptions['saveTo']) | undefined;
    note?: ((source: S) => unknown) | undefined;
  };
export type NotedRunOptions = RunOptions & Noted;
export type NotedFollowOptions = FollowOptions & Noted;

/** How a conversion that was left goes on. */
export interface GoOnOptions extends ProgressOptions, Pick<DownloadOptions, 'saveTo' | 'checkpoint'> {
  /** The same files, picked again. Others among them are left alone. Default: those that were kept. When: `needs` is `file`. */
  files?: Iterable<Blob> | ArrayLike<Blob> | undefined;
}

/** A conversion that a page began and did not end: it was reloaded or closed, or it crashed. */
export interface Left {
  /** What is converted, as it was picked. */
  readonly files: readonly { readonly name: string | undefined; readonly size: number; readonly lastModified: number | undefined }[];
  /** When it began. */
  readonly begun: Date;
  /** The page's own note on it. */
  readonly note: any;
  /**
   * What {@link Left.resume} needs: `nothing`; `permission`, which it asks for, so it has to be called where a person has just done
   * something; or `file`, the same files, picked again.
   */
  readonly needs: 'nothing' | 'permission' | 'file';
  /** These files themselves, where they were kept and can be opened. */
  kept(): Promise<Blob[] | undefined>;
  /** Whether the files of this conversion are among these, which were picked again. */
  isOf(picked: Iterable<Blob> | ArrayLike<Blob>): boolean;
  /** Goes on to the end. Where another tab has just begun to, or has come to its end, it gives `undefined`. */
  resume(options?: GoOnOptions): Promise<ConversionResult | undefined>;
  /** Cancels it: it is deleted on the service, with all its files. */
  discard(): Promise<void>;
}
