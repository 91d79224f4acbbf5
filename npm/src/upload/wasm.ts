/**
 * The WebAssembly that only uploads; it lies beside the script. Bundlers look for a `new URL` of just this form. Where one leaves no
 * address of the script, this rejects, as where the file is not found.
 */
export const wasm = async (): Promise<Response> => fetch(new URL('../cloudconvert_wasm_upload_bg.wasm', import.meta.url));
