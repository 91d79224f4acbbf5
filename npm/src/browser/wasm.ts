/** The WebAssembly, which lies beside the script. Bundlers look for a `new URL` of just this form. */
export const wasm = async (): Promise<Response> => fetch(new URL('../cloudconvert_wasm_bg.wasm', import.meta.url));
