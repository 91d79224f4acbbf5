//! A clock that only goes forward, whatever is done to the machine's.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds on a clock that nobody sets.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn monotonic() -> f64;

    /// What the other clock showed when this one began.
    #[wasm_bindgen(thread_local_v2, js_namespace = performance, js_name = timeOrigin)]
    static TIME_ORIGIN: f64;
}

/// Milliseconds since the Unix epoch.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(crate) fn now() -> u64 {
    // A timer of a fraction of a millisecond may strike early.
    (exact() + 0.5) as u64
}

/// The same, with fractions.
pub(crate) fn exact() -> f64 {
    TIME_ORIGIN.with(|origin| origin + monotonic())
}

/// How long it is until then; 0 where that has passed.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
pub(crate) fn until(time: u64) -> u64 {
    (time as f64 - exact()).max(0.0).ceil() as u64
}
