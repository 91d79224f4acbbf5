/** How a client reaches the service. */
export interface ClientOptions {
  /** The API key. Never in a page: whoever opens the page can read it. */
  apiKey?: string | undefined;
  /** Where the service is. Default: `https://api.cloudconvert.com/v2`. */
  baseUrl?: string | undefined;
  /** Further hosts that the service may name in its URLs. */
  trustedHosts?: readonly string[] | undefined;
  /**
   * The package's `cloudconvert_wasm_bg.wasm`, or where it is, for the rare runtime that cannot load it by itself, and for
   * pages whose bundler loses it (`…_v1_bg.wasm` and `…_v2_bg.wasm` have one version each, and only what pages use first). The
   * first client to be used loads it for all.
   */
  wasm?: string | URL | Response | ArrayBuffer | Uint8Array | Module | undefined;
  /**
   * Sends every request, uploads too: for proxies, certificates and tests. Default: the global `fetch`, and for uploads
   * in pages XMLHttpRequest, because a page's `fetch` does not tell how far an upload is.
   */
  fetch?: typeof fetch | undefined;
}

/** A `WebAssembly.Module`, of which not every program has the type. */
interface Module {
  readonly [Symbol.toStringTag]?: 'WebAssembly.Module';
}
