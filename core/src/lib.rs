//! The CloudConvert protocol without I/O.
#[allow(missing_docs)]
pub mod error;
pub mod http;
pub mod json;
pub mod platform;
