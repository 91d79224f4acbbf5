//! The core for Kotlin and Swift: one machine, polled and told, with plain records.
//!
//! The bindings are generated from this crate by `cloudconvert-bindgen`; programs do not use them directly, as both languages
//! have faces of their own over them (`ffi/kotlin`, `ffi/swift`). [`machine`] is the contract, [`records`] what it hands
//! out and takes; [`batch`] is for many conversions, [`signing`] for webhooks and signed URLs.

// UniFFI carries no boxes, and a refusal is rare.
#![allow(clippy::result_large_err)]

pub mod batch;
pub mod machine;
pub mod records;
pub mod signing;

uniffi::setup_scaffolding!("cloudconvert_core");
