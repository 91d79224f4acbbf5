//! How a conversion ends: what is deleted first, and what is waited for.

use super::rules::Phase;
use super::watch::Watched;
use super::{Conversion, Ending, Goal, Output, Turn};
use crate::error::{Code, Error};
use crate::http::Timestamp;
use crate::v1::StatusReply;

/// How long cleaning up after an end may take, in milliseconds, and how many repeats it has, besides the budget.
const CLEANUP: u64 = 10_000;
const CLEANUP_REPEATS: u32 = 3;
/// How long after an end the answer to a creation is still waited for, in milliseconds.
const LATE: u64 = 5_000;

impl Conversion {
    /// Gives the conversion up: the process is deleted, then the end is `cancelled`. Poll on until it is done; the answer
    /// to a creation that is out is still waited for, some seconds at most.
    pub fn cancel(&mut self, now: Timestamp) {
        if self.turn == Turn::Done {
            return;
        }
        let cancelled = Error::new(Code::Cancelled, "the conversion was cancelled");
        match &mut self.ending {
            // The process is being deleted already: only the end is another one, and who asked for just that is let go.
            Some(Ending::Done(result)) => {
                **result = Err(cancelled);
                if self.goal == Goal::Delete {
                    self.turn = Turn::Done;
                }
            }
            _ => self.give_up(now, cancelled),
        }
    }

    /// Ends while a request may be out. The answer to a creation is still waited for, a little: it names the process that
    /// has to be deleted.
    fn give_up(&mut self, now: Timestamp, error: Error) {
        let creating = self.phase == Phase::Create && matches!(self.turn, Turn::Out { .. });
        if !creating || !self.deletes_after(&error) {
            return self.end(now, Err(error));
        }
        self.ending = Some(Ending::Done(Box::new(Err(error))));
        self.deadline = now.saturating_add(LATE);
    }

    /// Whether the end is known, and only the answer to the creation is waited for.
    pub(super) fn is_late(&self) -> bool {
        self.phase == Phase::Create && matches!(self.ending, Some(Ending::Done(_)))
    }

    /// Whether the process is deleted when the conversion has failed. An output that could not be downloaded stays, so
    /// that it is not lost with it.
    fn deletes_after(&self, error: &Error) -> bool {
        match error.code {
            Code::Cancelled => self.goal != Goal::Upload,
            Code::NotFound => false,
            _ => self.policy.delete && !self.loads(),
        }
    }

    pub(super) fn result(&self) -> Result<Output, Error> {
        match &self.ending {
            Some(Ending::Done(result)) => result.as_ref().clone(),
            _ => Err(Error::invalid("the conversion ended without a result")),
        }
    }

    /// The end is known; what is left is to delete the process.
    pub(super) fn end(&mut self, now: Timestamp, mut result: Result<Output, Error>) {
        if let Err(error) = &mut result {
            // The answer to the question does not change why it was asked.
            if let Some(refused) = self.refused.take()
                && self.phase == Phase::Check
                && error.code != Code::Cancelled
            {
                *error = *refused;
            }
            error.process_id = error.process_id.take().or_else(|| self.process_id.clone());
            if self.loads() && !self.deletes_after(error) && error.code != Code::NotFound {
                error.message.push_str("; the service still has the output");
            }
        }
        let delete = match &result {
            Err(error) => self.deletes_after(error),
            Ok(output) => self.policy.delete && !self.saves() && self.has_all_of(output),
        };
        let over = self.phase == Phase::Delete || self.process_url.is_none() || !delete;
        self.ending = Some(Ending::Done(Box::new(result)));
        if over {
            self.turn = Turn::Done;
        } else {
            self.clean_up(now);
        }
    }

    /// Deletes the process, with a little time and a few retries of its own.
    pub(super) fn clean_up(&mut self, now: Timestamp) {
        self.enter(Phase::Delete);
        if matches!(self.ending, Some(Ending::Done(_))) {
            self.deadline = now.saturating_add(CLEANUP);
        }
        self.backoff.cleanup = CLEANUP_REPEATS;
    }

    /// The process is deleted, or that was given up.
    pub(super) fn cleaned_up(&mut self) {
        if let Some(Ending::Restart { at }) = self.ending {
            self.ending = None;
            self.process_id = None;
            self.process_url = None;
            self.upload_url = None;
            self.refused = None;
            self.status = StatusReply::default();
            self.watched = Watched::default();
            self.downloads.clear();
            self.enter(Phase::Create);
            self.turn = Turn::Waiting { until: at };
        } else {
            self.turn = Turn::Done;
        }
    }

    /// The process could not be deleted, which matters only to who asked for just that.
    pub(super) fn not_deleted(&mut self, error: Error) {
        if self.goal == Goal::Delete {
            self.ending = Some(Ending::Done(Box::new(Err(error))));
        }
        self.cleaned_up();
    }

    /// The conversion's deadline has passed.
    pub(super) fn overdue(&mut self, now: Timestamp) {
        if matches!(self.ending, Some(Ending::Done(_))) {
            self.turn = Turn::Done;
            return;
        }
        let waiting = matches!(self.turn, Turn::Waiting { .. });
        let error = match self.last.take().filter(|_| waiting) {
            Some(last) => *last,
            None => {
                Error::new(Code::Timeout, "the conversion took longer than its deadline; give it more time")
            }
        };
        self.deadline = Timestamp::MAX;
        self.give_up(now, error);
    }

    /// Whether the service has nothing that is still wanted.
    fn has_all_of(&self, output: &Output) -> bool {
        !output.files.is_empty() || self.downloads_outputs() && self.has_nothing_to_load()
    }

    /// Whether the user wants the files kept on the service.
    pub(super) fn saves(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.save)
    }
}
