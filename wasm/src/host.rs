//! What JavaScript does for the driver: uploads with progress, and files to write to.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The host object. Bytes of files pass through its hands only, never through the memory of WebAssembly.
    #[derive(Clone)]
    pub type Host;

    /// Sends these pieces: bytes, and the numbers of inputs. `form` is the same as a form, if it is one: `[field, names]`.
    /// `sent` is told how many bytes have gone, or nothing where perhaps it never will be. Gives `{status, headers: [name, value][], text}`, or rejects:
    /// with `{input: "why"}` where an input cannot be read.
    #[wasm_bindgen(method, catch)]
    pub(crate) async fn upload(
        this: &Host,
        method: &str,
        url: &str,
        headers: &js_sys::Array,
        pieces: &js_sys::Array,
        form: &JsValue,
        limit: f64,
        signal: &web_sys::AbortSignal,
        sent: &js_sys::Function,
    ) -> Result<JsValue, JsValue>;

    /// Goes to this byte of the output of this name, and cuts off what is behind it.
    #[wasm_bindgen(method, catch)]
    pub(crate) async fn begin(this: &Host, name: &str, offset: f64) -> Result<JsValue, JsValue>;

    /// Appends a chunk to that output.
    #[wasm_bindgen(method, catch)]
    pub(crate) async fn write(this: &Host, chunk: &JsValue) -> Result<JsValue, JsValue>;

    /// Is told why a request got no answer, in the runtime's own words.
    #[wasm_bindgen(method)]
    pub(crate) fn failed(this: &Host, cause: &JsValue);

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

    #[wasm_bindgen(catch, js_name = fetch)]
    pub(crate) async fn send(request: &web_sys::Request) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = setTimeout)]
    pub(crate) fn set_timeout(callback: &js_sys::Function, milliseconds: f64) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    pub(crate) fn clear_timeout(timer: &JsValue);
}
