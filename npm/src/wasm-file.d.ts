import type { ClientOptions } from './index.js';

/** The package's WebAssembly as the bundler gives it: its address, its bytes or a module. The client takes it as `wasm`. */
declare const wasm: NonNullable<ClientOptions['wasm']>;
export default wasm;
