//! The framing of forms, for hosts that do not frame them themselves.

use cloudconvert_core::Piece;
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::JsValue;

/// Puts the bytes among the pieces of a request, where they are missing. It imports nothing that other builds do not.
pub(crate) fn add(pieces: &[Piece], request: &JsValue) {
    let all = Array::new();
    for (at, piece) in (0..).zip(pieces) {
        all.set(
            at,
            match piece {
                Piece::Bytes(bytes) => Uint8Array::from(bytes.as_slice()).into(),
                #[allow(clippy::cast_possible_truncation)]
                Piece::File(input) => JsValue::from(*input as u32),
            },
        );
    }
    let _ = Reflect::set(request, &"pieces".into(), &all);
}
