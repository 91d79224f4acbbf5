//! Single calls: all of them behind one type, and the machine that makes one.

mod any;
mod failures;
mod machine;
#[cfg(feature = "calls")]
mod settling;

pub use any::AnyCall;
pub use machine::CallMachine;
