import type { ClientOptions } from '../types/index.js';

/**
 * Whether a client is for version 2 of the API. Without a base URL and a key, only processes of version 1 can be followed.
 */
export const isSecond = ({ apiKey, baseUrl = apiKey ? '/v2' : '/v1' }: ClientOptions): boolean => /\/v2\/*$/.test(baseUrl);

/**
 * The WebAssembly for a version of the API, or the whole for both; it lies beside the script. Bundlers look for a `new URL` of
 * just this form. Where one leaves no address of the script, this rejects, as where the file is not found.
 */
export const wasm = async (second: boolean, whole: boolean): Promise<Response> =>
  fetch(
    whole
      ? new URL('../cloudconvert_wasm_bg.wasm', import.meta.url)
      : second
        ? new URL('../cloudconvert_wasm_v2_bg.wasm', import.meta.url)
        : new URL('../cloudconvert_wasm_v1_bg.wasm', import.meta.url),
  );
