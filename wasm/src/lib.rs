//! The core in WebAssembly.
