import { readFile } from 'node:fs/promises';

/** The WebAssembly, which lies beside the script. */
export const wasm = async (): Promise<BufferSource> =>
  new Uint8Array(await readFile(new URL('../cloudconvert_wasm_bg.wasm', import.meta.url)));
