/** The WebAssembly that only uploads; it lies beside the script. Bundlers look for a `new URL` of just this form. */
export const wasm = (): Promise<Response> | undefined => fetch(new URL('../cloudconvert_wasm_upload_bg.wasm', import.meta.url));
