/**
 * The WebAssembly for the version of the API that the base URL names; it lies beside the script. Bundlers look for a
 * `new URL` of just this form.
 */
export const wasm = async (baseUrl = '/v1'): Promise<Response> =>
  /\/v2\/*$/.test(baseUrl)
    ? fetch(new URL('../cloudconvert_wasm_v2_bg.wasm', import.meta.url))
    : fetch(new URL('../cloudconvert_wasm_v1_bg.wasm', import.meta.url));
