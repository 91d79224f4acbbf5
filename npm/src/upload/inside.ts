/** The WebAssembly is in the same file. */
export const wasm = (): Promise<Response> | undefined => undefined;
