//! The CloudConvert protocol without I/O.
