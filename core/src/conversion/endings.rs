//! How a conversion ends: what is deleted first, and what is waited for.

use std::time::Duration;

use super::downloads::Downloads;
use super::flight::Turn;
use super::setup::Goal;
use super::uploads::Uploads;
use super::watch::Watched;
use super::{Conversion, Output};
use crate::error::{Code, Error};
use crate::scope::CONVERTS;
use crate::time::Timestamp;
use crate::wire::report::{Remote, Report, State, Told};
use crate::wire::step::Step;

/// How long cleaning up after an end may take, and how many repeats it has, besides the budget.
const CLEANUP: Duration = Duration::from_secs(10);
const CLEANUP_REPEATS: u32 = 3;

/// What is told at the deadline.
const LATE: &str = "the conversion took longer than its deadline; give it more time";
/// The same where the outputs are whole, and did not get their names. Pages have the shorter text.
const UNNAMED: &str = if cfg!(feature = "calls") {
    "nothing took the output before the deadline; see that its place can be written, and that a pipe is read"
} else {
    LATE
};

/// What follows the deletion.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ending {
    /// The end, which is already known.
    Done(Box<Result<Output, Error>>),
    /// A new remote conversion, not before this time.
    Restart { at: Timestamp },
}

/// Says that it is not known whether there is a remote conversion that costs: only a person can tell that now.
fn add_that_it_may_exist(error: &mut Error) {
    error.permanent = true;
    error.message.push_str(
        "; it may have been created all the same, and then it may run: look for it before you repeat it",
    );
}

impl Conversion {
    /// Whether the process is deleted, now that the end is known.
    fn deletes(&self) -> bool {
        match &self.ending {
            Some(Ending::Done(result)) => match &**result {
                Err(error) => self.deletes_after(error),
                Ok(output) => self.setup.policy.delete && !self.setup.saves() && self.has_all_of(output),
            },
            _ => false,
        }
    }

    /// Whether the process is deleted when the conversion has failed. An output that could not be downloaded stays, so
    /// that it is not lost with it.
    pub(super) fn deletes_after(&self, error: &Error) -> bool {
        match error.code {
            Code::Cancelled => self.setup.goal() != Goal::Upload,
            // An upload may be refused so while its job is there.
            Code::NotFound if !self.at.uploads() => false,
            _ => self.setup.policy.delete && !self.at.leaves && !self.at.loads(),
        }
    }

    pub(super) fn result(&self) -> Result<Output, Error> {
        match &self.ending {
            Some(Ending::Done(result)) => match &**result {
                Ok(output) if CONVERTS => Ok(output.clone()),
                Ok(_) => Ok(Output::default()),
                Err(error) => Err(error.clone()),
            },
            _ => Err(Error::invalid("the conversion ended without a result: begin a new one")),
        }
    }

    /// The end is known; what is left is to delete the process.
    pub(super) fn end(&mut self, now: Timestamp, mut result: Result<Output, Error>) {
        if let Err(error) = &mut result {
            // The answer to the question does not change why it was asked.
            if let Some(refused) = self.at.refused.take()
                && self.at.step() == Step::Check
                && error.code != Code::Cancelled
            {
                *error = *refused;
            }
            if error.request.is_none() && error.status.is_some() {
                error.request = self.flight.request();
            }
            error.process_id = error.process_id.take().or_else(|| self.remote.id.clone());
            if CONVERTS && self.setup.wire().searches() && self.at.unseen && !self.has_remote() {
                add_that_it_may_exist(error);
            }
            if self.at.loads() && !self.deletes_after(error) && error.code != Code::NotFound {
                self.tell_where(error);
            }
        }
        self.ending = Some(Ending::Done(Box::new(result)));
        if self.has_unnamed() {
            self.flight.turn = Turn::Settle;
        } else {
            self.conclude(now);
        }
    }

    /// The end is known, and the outputs have their names: it is over when what is left on the service is deleted.
    pub(super) fn conclude(&mut self, now: Timestamp) {
        let over = self.at.cleans() && !self.at.thins() || !self.has_remote();
        if over || self.setup.goal() == Goal::Delete || !self.deletes() {
            self.flight.turn = Turn::Done;
        } else {
            self.clean_up(now);
        }
    }

    /// The end is known, and what the service has of it stays there.
    pub(super) fn end_and_leave(&mut self, now: Timestamp, mut error: Error) {
        if error.code != Code::NotFound {
            error.message.push_str("; it may still run, and its output stays on the service");
        }
        self.at.leaves = true;
        self.end(now, Err(error));
    }

    /// Stops and deletes the remote conversion, with a little time and a few retries of its own.
    pub(super) fn clean_up(&mut self, now: Timestamp) {
        let runs = !matches!(self.report.state, State::Finished(_) | State::Failed(_));
        let stops = runs && !self.report.live.is_empty();
        self.enter(if stops { Step::Cancel } else { Step::Delete });
        self.limit_cleanup(now);
        self.patience.backoff.cleanup = CLEANUP_REPEATS;
    }

    /// Whether what is left is to stop and delete what nobody wants any more. Where just that was asked for, it is the work
    /// itself, with all the patience that the user has.
    pub(super) fn tidies(&self) -> bool {
        self.at.cleans() && self.setup.goal() != Goal::Delete
    }

    /// Where the end is known already, cleaning up has little time from now on.
    pub(super) fn limit_cleanup(&mut self, now: Timestamp) {
        if self.tidies() && matches!(self.ending, Some(Ending::Done(_))) {
            self.patience.deadline = now + CLEANUP;
        }
    }

    /// This one is one too many: it is stopped and deleted before it costs more.
    pub(super) fn remove_twin(&mut self, now: Timestamp, told: Told) {
        (self.at.twins, self.at.checking) = (self.at.twins + 1, Step::Find);
        self.learn(told);
        self.at.page = 1;
        self.clean_up(now);
    }

    /// A part of it is stopped, or was not running any more.
    pub(super) fn stopped(&mut self) {
        self.report.live.drain(..1.min(self.report.live.len()));
        self.enter(if self.report.live.is_empty() { Step::Delete } else { Step::Cancel });
    }

    /// It is deleted, or that was given up.
    pub(super) fn cleaned_up(&mut self) {
        let restart = if let Some(Ending::Restart { at }) = self.ending { Some(at) } else { None };
        let thins = self.at.thins();
        if restart.is_none() && !thins {
            return self.flight.turn = Turn::Done;
        }
        let random = &mut self.patience.backoff.random;
        let mark = if thins { self.remote.mark.take() } else { self.setup.wire().mark(random) };
        self.remote = Remote { mark, ..Remote::default() };
        self.report = Report::default();
        self.uploads = Uploads::default();
        self.downloads = Downloads::default();
        self.watched = Watched::default();
        self.at.refused = None;
        self.at.uploaded = false;
        self.at.checking = Step::Start;
        self.enter(if thins { Step::Find } else { Step::Create });
        if let Some(until) = restart {
            self.ending = None;
            self.flight.turn = Turn::Waiting { until };
        }
    }

    /// It could not be deleted, which matters only where just that was asked for.
    pub(super) fn not_deleted(&mut self, error: Error) {
        if self.at.step() == Step::Cancel {
            return self.stopped();
        }
        if self.setup.goal() == Goal::Delete {
            self.ending = Some(Ending::Done(Box::new(Err(error))));
        }
        self.cleaned_up();
    }

    /// The conversion's deadline has passed.
    pub(super) fn overdue(&mut self, now: Timestamp) {
        let may_exist = CONVERTS && self.at.creates() && self.is_searchable();
        let settles = CONVERTS && matches!(self.flight.turn, Turn::Settle | Turn::Settling);
        if let Some(Ending::Done(result)) = &mut self.ending
            && self.setup.goal() != Goal::Delete
            && !settles
        {
            // The answer to a creation that costs never came.
            if let Err(error) = &mut **result
                && may_exist
            {
                add_that_it_may_exist(error);
            }
            self.flight.turn = Turn::Done;
            return;
        }
        let waiting = matches!(self.flight.turn, Turn::Waiting { .. });
        let error = match self.patience.last.take().filter(|_| waiting) {
            Some(last) => last.error,
            None => Error::new(Code::Timeout, if settles { UNNAMED } else { LATE }),
        };
        if settles {
            return self.not_settled(error);
        }
        self.patience.deadline = Timestamp::MAX;
        self.give_up(now, error);
    }

    /// Whether the service has nothing that is still wanted.
    fn has_all_of(&self, output: &Output) -> bool {
        !output.files.is_empty() || self.setup.downloads() && self.report.has_nothing_to_load()
    }
}
