/** How a client reaches the service. */
export interface ClientOptions {
  /**
   * The API key; an empty one is none. Never in a page: whoever opens the page can read it. Default: none, which a relay and what was prepared do not need.
   * When: on a server or in a script.
   */
  apiKey?: string | undefined;
  /** Where the service is. Default: `https://api.cloudconvert.com/v2`. When: for a relay, a service of your own, or version 1 of the API. */
  baseUrl?: string | undefined;
  /**
   * Further hosts that the service may name in its URLs. Default: none. When: a service of your own has its files on a host of another
   * name.
   */
  trustedHosts?: readonly string[] | undefined;
  /**
   * The package's `cloudconvert_wasm_bg.wasm`, or where it is (`…_v1_bg.wasm` and `…_v2_bg.wasm` have one version each, and only what
   * pages use first). The first client to be used loads it for all. Default: what lies beside the script, or is in another one. When:
   * a bundler loses the file, or a runtime compiles no WebAssembly by itself.
   */
  wasm?: string | URL | Response | ArrayBuffer | Uint8Array | Module | undefined;
  /**
   * Sends every request, uploads too. Default: the global `fetch`, and for uploads in pages XMLHttpRequest, because a page's `fetch`
   * does not tell how far an upload is. When: one client has a proxy or certificates of its own, or a test answers.
   */
  fetch?: typeof fetch | undefined;
  /**
   * Whether the service is sent the cookies that the browser has for it, by which a relay knows its visitors: where it is on the page's
   * own origin, on any, or never. Storages that files go to and come from never are. Default: `same-origin`. When: a relay on another
   * origin knows its visitors by a cookie (`include`).
   */
  credentials?: 'same-origin' | 'include' | 'omit' | undefined;
}

/** A `WebAssembly.Module`, of which not every program has the type. */
interface Module {
  readonly [Symbol.toStringTag]?: 'WebAssembly.Module';
}
