//! What stands between the machine and a version of the API.
// The machine does not speak through it yet.
#![allow(dead_code, unused_imports)]

pub(crate) mod report;
pub(crate) mod v2;
