import type { ClientOptions } from '../types/client.js';
import type { UploadOptions } from '../types/options.js';

/** How a file is uploaded, and to which service. */
export interface TicketUploadOptions extends UploadOptions, Pick<ClientOptions, 'fetch' | 'trustedHosts'> {
  /** Where the service is. Default: where the ticket or the upload URL leads. */
  baseUrl?: string | undefined;
  /** The package's `cloudconvert_wasm_upload_bg.wasm`, or where it is, for the rare runtime that cannot load it by itself. */
  wasm?: ClientOptions['wasm'];
}
