//! What a batch asks of its host.

use crate::conversion::{Output, Progress};
use crate::error::Error;
use crate::http::Request;
use crate::time::Timestamp;

/// What the host should do now.
#[derive(Clone, Debug, PartialEq)]
pub enum BatchAction {
    /// Send this request; its events go back to the same member.
    Send {
        /// The member that it belongs to.
        member: u64,
        /// The request.
        request: Request,
    },
    /// Have this member's outputs get their names, as by [`Action::Settle`](crate::Action::Settle).
    Settle {
        /// The member that they belong to.
        member: u64,
        /// Names this in the events that answer it.
        id: u64,
    },
    /// Abort the request of this member that is out, or its settling: it has taken too long, or the conversion was cancelled.
    Abort {
        /// The member that it belongs to.
        member: u64,
    },
    /// This member has ended and is no longer in the batch.
    Done {
        /// The member.
        member: u64,
        /// What it ended with.
        result: Result<Output, Error>,
        /// How far it was in the end, unless that has been told by [`Batch::news`](crate::Batch::news) already.
        progress: Option<Progress>,
    },
    /// Do nothing before this time, or before the next event.
    Wait {
        /// When to poll again.
        until: Timestamp,
    },
    /// There are no members.
    Idle,
}
