import type { ClientOptions } from '../types/client.js';
import type { UploadOptions } from '../types/options.js';

/** How a file is uploaded, and to which service. */
export interface TicketUploadOptions extends UploadOptions, Pick<ClientOptions, 'fetch' | 'trustedHosts'> {
  /** Where the service is. Default: where the ticket or the upload URL leads. When: that is on another host than the service. */
  baseUrl?: string | undefined;
  /**
   * The package's `cloudconvert_wasm_upload_bg.wasm`, or where it is. Default: what lies beside the script, or is in another one. When: a
   * bundler loses the file, or a runtime compiles no WebAssembly by itself.
   */
  wasm?: ClientOptions['wasm'];
}
