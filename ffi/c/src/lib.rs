//! The C ABI: opaque handles, poll and handle as in the core, no callbacks.
//!
//! `include/cloudconvert.h` is generated from this crate and is its documentation; the doc comments here are written to
//! be read there, in the order of the modules below. `handles` makes every pointer to an object checkable, `failure` is
//! where errors and panics become codes, and `memory` is where pointers of C are read and written.

mod failure;
mod handles;
mod memory;

mod api;

mod conversion;

mod drive;

mod saved;

mod places;

mod naming;

mod batch;

mod call;

mod answer;

mod signing;

mod gathered;
mod held;
mod names;
mod next;
mod progress;
mod request;
mod response;
mod result;
