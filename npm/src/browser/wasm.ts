import type { ClientOptions } from '../types/index.js';

/**
 * The WebAssembly for the version of the API that a client is for, or the whole for both; it lies beside the script. Without a
 * base URL and a key, only processes of version 1 can be followed. Bundlers look for a `new URL` of just this form.
 */
export const wasm = async ({ apiKey, baseUrl = apiKey ? '/v2' : '/v1' }: ClientOptions, whole: boolean): Promise<Response> => {
  if (whole) return fetch(new URL('../cloudconvert_wasm_bg.wasm', import.meta.url));
  return /\/v2\/*$/.test(baseUrl)
    ? fetch(new URL('../cloudconvert_wasm_v2_bg.wasm', import.meta.url))
    : fetch(new URL('../cloudconvert_wasm_v1_bg.wasm', import.meta.url));
};
