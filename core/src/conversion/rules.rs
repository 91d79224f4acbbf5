//! The machine's rules: what is done about every way a call can fail. All of them stand in this one table.

use crate::fault::Fault;

/// Where a conversion is. Each phase is one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Create the process.
    Create,
    /// Start it.
    Start,
    /// Upload the input.
    Upload,
    /// Ask for the status because the answer to a start or an upload was lost.
    Check,
    /// Follow the status until the conversion has ended.
    Follow,
    /// Download an output.
    Download,
    /// Delete the process.
    Delete,
}

/// What is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Wait, then send the same again.
    Repeat,
    /// Wait, then ask for the status to learn what the request did.
    Ask,
    /// Ask for the status at once: perhaps it was refused because it had been done before, by a request that something on
    /// the way repeated. Of an output that broke off, ask for its present URL. If not, the conversion fails.
    Confirm,
    /// The conversion fails.
    Fail,
    /// Nothing hangs on it: go on as if it had worked.
    GiveUp,
}

pub(super) const fn remedy(phase: Phase, fault: Fault) -> Remedy {
    use Fault::{Broken, Impossible, Lost, Refused, Throttled};
    use Phase::{Check, Create, Delete, Download, Follow, Start, Upload};
    match (phase, fault) {
        // An unused process costs nothing, and reading changes nothing.
        (Create | Check | Follow | Download, Lost | Broken | Throttled) => Remedy::Repeat,
        // A process serves once: a second start or upload must not meet one that has the first.
        (Start | Upload, Lost | Broken) => Remedy::Ask,
        (Start | Upload, Throttled) => Remedy::Repeat,
        (Delete, Lost | Throttled) => Remedy::Repeat,
        (Start | Upload | Download, Refused) => Remedy::Confirm,
        (Delete, Broken | Refused | Impossible) => Remedy::GiveUp,
        (Create | Check | Follow, Refused) | (_, Impossible) => Remedy::Fail,
    }
}
