import type { Runtime } from '../host.js';
import { failure } from '../node/failure.js';
import { DiskFile } from '../node/file.js';
import { upload } from '../node/upload.js';

/** What Node does for an upload. */
export const runtime: Pick<Runtime, 'failure' | 'open' | 'upload'> & { takesPieces?: undefined } = { upload, failure, open: DiskFile.open };
