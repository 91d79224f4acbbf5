//! A clock that only goes forward, whatever is done to the machine's.

use cloudconvert_core::Timestamp;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds on a clock that is never set.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn monotonic() -> f64;

    /// What the other clock showed when this one began.
    #[wasm_bindgen(thread_local_v2, js_namespace = performance, js_name = timeOrigin)]
    static TIME_ORIGIN: f64;
}

/// The time now.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(crate) fn now() -> Timestamp {
    // A timer of a fraction of a millisecond may strike early.
    Timestamp::from_millis((exact() + 0.5) as u64)
}

/// Milliseconds since the Unix epoch, with fractions.
pub(crate) fn exact() -> f64 {
    TIME_ORIGIN.with(|origin| origin + monotonic())
}

/// How many milliseconds it is until then; 0 where that has passed.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
pub(crate) fn until(time: Timestamp) -> u64 {
    (time.as_millis() as f64 - exact()).max(0.0).ceil() as u64
}
