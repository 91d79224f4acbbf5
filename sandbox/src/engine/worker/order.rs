//! What a service and its workers say to each other.

use serde::{Deserialize, Serialize};

use crate::engine::{Failure, Outcome};

/// By its first argument the program knows what it is to do; the second is the process that started it. This one: work, as
/// the order on its standard input says.
pub(super) const WORK: &str = "--work";
/// Tell what this machine cannot do.
pub(super) const MISSING: &str = "--missing";

/// A line of its standard output.
#[derive(Serialize, Deserialize)]
pub(super) enum Said {
    /// How far it is.
    Shown { percent: f64, message: String },
    /// What came of it.
    Done { result: Result<Outcome, Failure>, warnings: Vec<String> },
}
