//! What JavaScript does for the driver: uploads with progress, and files to write to.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The host object. Bytes of files pass through its hands only, never through the memory of WebAssembly.
    #[derive(Clone)]
    pub type Host;

    /// Sends these pieces: bytes, and the numbers of inputs. `form` is the same as a form, if it is one: `[field, names]`.
    /// `sent` is told how many bytes have gone, or nothing where perhaps it never will be. `settled` is told
    /// `{status, headers: [name, value][], text}`, or why not: `{input: "why"}` where an input cannot be read.
    #[wasm_bindgen(method)]
    pub(crate) fn upload(
        this: &Host,
        method: &str,
        url: &str,
        headers: &js_sys::Array,
        pieces: &js_sys::Array,
        form: &JsValue,
        limit: f64,
        signal: &web_sys::AbortSignal,
        sent: &JsValue,
        settled: &JsValue,
    ) -> js_sys::Promise;

    /// Sends a request; with `follow`, redirects that the runtime does not show are followed. `begun` is told the head of
    /// the answer, `{status, headers, url}`, and says where the body goes: from this byte on into the output called `name`,
    /// or where it is negative, into memory, as many bytes less one. `received` is told how long the output is. `settled`
    /// is told the head with `text` and `received`, or, behind it, why not: `{sink: "why"}` where the output cannot be
    /// written. The promise is there to be waited for, and is never rejected.
    #[wasm_bindgen(method)]
    pub(crate) fn fetch(
        this: &Host,
        request: &web_sys::Request,
        name: &str,
        follow: bool,
        signal: &web_sys::AbortSignal,
        begun: &JsValue,
        received: &JsValue,
        settled: &JsValue,
    ) -> js_sys::Promise;

    /// Is told why a request got no answer, in the runtime's own words. Says which failure it is where that cannot pass.
    #[wasm_bindgen(method)]
    pub(crate) fn failed(this: &Host, cause: &JsValue) -> Option<String>;

    /// Shows how far the conversion is. It never throws.
    #[wasm_bindgen(method)]
    pub(crate) fn progress(this: &Host, progress: &JsValue);

    /// Whether the runtime shows redirects to its programs, as browsers do not.
    #[wasm_bindgen(method, getter, js_name = seesRedirects)]
    pub(crate) fn sees_redirects(this: &Host) -> bool;

    /// Whether the caller has cancelled.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn aborted(this: &Host) -> bool;

    /// Resolved when the caller cancels.
    #[wasm_bindgen(method, getter, js_name = onAbort)]
    pub(crate) fn on_abort(this: &Host) -> js_sys::Promise;

    /// Milliseconds on a clock that nobody sets.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    pub(crate) fn monotonic() -> f64;

    /// What the other clock showed when this one began.
    #[wasm_bindgen(thread_local_v2, js_namespace = performance, js_name = timeOrigin)]
    pub(crate) static TIME_ORIGIN: f64;

    #[wasm_bindgen(js_name = setTimeout)]
    pub(crate) fn set_timeout(callback: &js_sys::Function, milliseconds: f64) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    pub(crate) fn clear_timeout(timer: &JsValue);
}
