import type { UploadItem } from './item.js';

/** Why a file was not taken. */
export interface Refused {
  readonly file: File;
  readonly reason: 'tooLarge' | 'wrongType' | 'tooMany';
}

/** What the element tells. All of it bubbles. `change` is told too, when what a form gets has changed. */
export interface UploadEvents {
  /** A file was taken. */
  fileadded: CustomEvent<UploadItem>;
  /** A file was not taken. */
  filerefused: CustomEvent<Refused>;
  /** A file is further than before. */
  fileprogress: CustomEvent<UploadItem>;
  /** A file was converted; `detail.result` is what came out. */
  fileconverted: CustomEvent<UploadItem>;
  /** A file was not converted; `detail.error` says why, where it is known. */
  filefailed: CustomEvent<UploadItem>;
  /** A file was taken out of the list. */
  fileremoved: CustomEvent<UploadItem>;
}
