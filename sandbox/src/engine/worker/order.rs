//! What a service and its workers say to each other.

use serde::{Deserialize, Serialize};

use crate::engine::{Failure, Outcome};

/// The first argument of a worker that is to work, as the order on its standard input says. The second is the process that
/// started it.
pub(super) const WORK: &str = "--work";
/// The first argument of one that is to tell what this machine cannot do.
pub(super) const MISSING: &str = "--missing";

/// A line of its standard output.
#[derive(Serialize, Deserialize)]
pub(super) enum Said {
    /// How far it is.
    Shown { percent: f64, message: String },
    /// What came of it.
    Done { result: Result<Outcome, Failure>, warnings: Vec<String> },
}
