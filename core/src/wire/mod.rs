//! What stands between the machine and a version of the API.
// The machine does not speak through it yet.
#![allow(dead_code, unused_imports)]

pub(crate) mod report;
#[cfg(feature = "v2")]
pub(crate) mod v2;
