//! An end before its time: what is being created then has to be known before it can be deleted.

use std::time::Duration;

use super::Conversion;
use super::endings::Ending;
use super::flight::Turn;
use super::setup::Goal;
use crate::error::{Code, Error};
use crate::scope::CONVERTS;
use crate::time::Timestamp;
use crate::wire::step::Step;

/// How long after an end the answer to a creation is still waited for.
const LATE: Duration = Duration::from_secs(5);

impl Conversion {
    /// Cancels the conversion: the process is deleted, then it ends with `cancelled`. Poll on until it is done. If the process
    /// is being created, its answer is waited for, five seconds at most, because only that names what to delete.
    pub fn cancel(&mut self, now: Timestamp) {
        if self.flight.turn == Turn::Done {
            return;
        }
        let cancelled = Error::new(Code::Cancelled, "the conversion was cancelled");
        match &mut self.ending {
            // The process is being deleted already, so only the result changes. A run that only deletes ends at once.
            Some(Ending::Done(result)) => {
                **result = Err(cancelled);
                if self.setup.goal() == Goal::Delete {
                    self.flight.turn = Turn::Done;
                } else if CONVERTS && matches!(self.flight.turn, Turn::Settle | Turn::Settling) {
                    self.conclude(now);
                }
            }
            _ => self.give_up(now, cancelled),
        }
    }

    /// Ends while a request may be out. The answer to a creation is still waited for, a little: it names the process that
    /// has to be deleted.
    pub(super) fn give_up(&mut self, now: Timestamp, error: Error) {
        let creating = self.may_have_created();
        if !creating || !self.deletes_after(&error) {
            return self.end(now, Err(error));
        }
        self.ending = Some(Ending::Done(Box::new(Err(error))));
        self.patience.deadline = now + LATE;
        if self.is_searchable() && self.at.step() == Step::Create {
            // Half of that for the answer, and half to look for what it did not tell.
            self.flight.turn = Turn::Out { deadline: now + LATE / 2 };
        }
    }

    /// Whether there may be something to delete whose name is not known yet: a creation is out, or is looked for.
    fn may_have_created(&self) -> bool {
        self.at.step() == Step::Find
            || self.at.step() == Step::Create && matches!(self.flight.turn, Turn::Out { .. })
    }

    /// Whether the end is known, and only the answer to the creation is waited for.
    pub(super) fn is_late(&self) -> bool {
        self.at.creates() && matches!(self.ending, Some(Ending::Done(_)))
    }
}
