//! A piece of work that runs on the runtime, as the threads and event loops that wait for it see it.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cloudconvert_core::{Code, Error, Progress, Stage, Value};
use pyo3::prelude::*;
use tokio::runtime::Handle;

use crate::interpreter::attach;
use crate::output::Download;
use crate::transport::Answer;

/// What came of it.
pub(crate) enum Outcome {
    Done(Value<'static>, Vec<Download>),
    /// With the answer that it came from, or with what a request failed with.
    Failed(Error, Option<Answer>, Option<PyErr>),
    /// Python's own exception, from a transport or a checkpoint.
    Raised(PyErr),
}

/// Work that runs on the runtime, shared by the driver and the threads that wait.
pub(crate) struct Task {
    state: Mutex<State>,
    changed: Condvar,
    /// Where it runs. A forked child hears nothing of it.
    pub(crate) process: u32,
}

#[derive(Default)]
struct State {
    outcome: Option<Outcome>,
    /// What becomes the outcome whatever the core says.
    raised: Option<Outcome>,
    done: bool,
    progress: Option<Progress>,
    /// How often progress was shown. Each reader remembers what it has seen, so that none takes news from another.
    shown: u64,
    log: Vec<(u8, String)>,
    /// The last answer, which an error may come from.
    answer: Option<Answer>,
    /// What the last request failed with.
    cause: Option<PyErr>,
    /// What is to be called once there is something to do, and what progress it has seen, if it wants any.
    callbacks: Vec<(Option<u64>, Py<PyAny>)>,
}

impl State {
    /// Whether a waiting thread has something to do.
    fn wants(&self, seen: Option<u64>) -> bool {
        self.done || !self.log.is_empty() || seen.is_some_and(|seen| seen < self.shown)
    }
}

impl Task {
    pub(crate) fn new(progress: Option<Progress>) -> Arc<Self> {
        let state = Mutex::new(State { progress, ..State::default() });
        Arc::new(Self { state, changed: Condvar::new(), process: std::process::id() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells how far the conversion is.
    pub(crate) fn show(&self, progress: Progress) {
        let mut state = self.state();
        state.progress = Some(progress);
        state.shown += 1;
        self.wake(state);
    }

    pub(crate) fn progress(&self) -> Option<Progress> {
        self.state().progress.clone()
    }

    pub(crate) fn stage(&self) -> Option<Stage> {
        self.state().progress.as_ref().map(|progress| progress.stage)
    }

    /// Keeps an answer for the error that may come of it. What a deletion is answered with is of no interest.
    pub(crate) fn answered(&self, answer: Answer) {
        self.keep(|state| state.answer = Some(answer));
    }

    /// Keeps what a request failed with, or that it did not, likewise.
    pub(crate) fn failed(&self, cause: Option<PyErr>) {
        self.keep(|state| state.cause = cause);
    }

    fn keep(&self, what: impl FnOnce(&mut State)) {
        let mut state = self.state();
        if state.progress.as_ref().is_some_and(|progress| progress.stage != Stage::Delete) {
            what(&mut state);
        }
    }

    pub(crate) fn take_cause(&self) -> Option<PyErr> {
        self.state().cause.take()
    }

    pub(crate) fn last_answer(&self) -> Option<Answer> {
        self.state().answer.clone()
    }

    /// Writes a line for the log, which waiting threads pass on.
    pub(crate) fn log(&self, level: u8, line: String) {
        let mut state = self.state();
        state.log.push((level, line));
        self.wake(state);
    }

    /// Sets what becomes the outcome, whatever the core says in the end. The first one counts.
    pub(crate) fn raise(&self, outcome: Outcome) {
        self.state().raised.get_or_insert(outcome);
    }

    /// Whether there is such an outcome.
    pub(crate) fn has_raised(&self) -> bool {
        self.state().raised.is_some()
    }

    pub(crate) fn finish(&self, outcome: Outcome) {
        let mut state = self.state();
        if state.done {
            return;
        }
        let raised = state.raised.take();
        state.outcome = Some(raised.unwrap_or(outcome));
        state.done = true;
        if let Some(progress) = &mut state.progress {
            progress.stage = Stage::Done;
        }
        self.wake(state);
    }

    /// Ends without a result: the work was given up by a defect.
    pub(crate) fn abandon(&self) {
        let message = "the conversion ended without a result; please report this as a defect";
        self.finish(Outcome::Failed(Error::new(Code::InvalidResponse, message), None, None));
    }

    /// Blocks until a reader that has seen so much has something to do, but not longer than this. Tells whether that is so, and
    /// whether it has ended.
    pub(crate) fn wait(&self, seen: Option<u64>, longest: Duration) -> (bool, bool) {
        let waited = self.changed.wait_timeout_while(self.state(), longest, |state| !state.wants(seen));
        let state = waited.unwrap_or_else(PoisonError::into_inner).0;
        (state.wants(seen), state.done)
    }

    /// Calls back once there is what [`Task::wait`] waits for; gives the callback back where it is there already.
    pub(crate) fn notify(&self, seen: Option<u64>, callback: Py<PyAny>) -> Option<Py<PyAny>> {
        let mut state = self.state();
        if state.wants(seen) {
            return Some(callback);
        }
        state.callbacks.push((seen, callback));
        None
    }

    pub(crate) fn is_done(&self) -> bool {
        self.state().done
    }

    /// How often progress was shown so far.
    pub(crate) fn shown(&self) -> u64 {
        self.state().shown
    }

    /// The lines of the log that have not been taken yet, with their levels.
    pub(crate) fn take_log(&self) -> Vec<(u8, String)> {
        std::mem::take(&mut self.state().log)
    }

    /// What came of it, once.
    pub(crate) fn take_outcome(&self) -> Option<Outcome> {
        self.state().outcome.take()
    }

    /// Wakes the threads that have something to do now.
    fn wake(&self, mut state: MutexGuard<'_, State>) {
        self.changed.notify_all();
        let callbacks = std::mem::take(&mut state.callbacks);
        let (due, later) = callbacks.into_iter().partition::<Vec<_>, _>(|(seen, _)| state.wants(*seen));
        state.callbacks = later;
        drop(state);
        if due.is_empty() {
            return;
        }
        // Not here: a thread that holds the interpreter now would hold up all requests.
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || call(due))),
            Err(_) => call(due),
        }
    }
}

fn call(callbacks: Vec<(Option<u64>, Py<PyAny>)>) {
    attach(|py| {
        for (_, callback) in callbacks {
            if let Err(error) = callback.call0(py) {
                error.write_unraisable(py, None);
            }
        }
    });
}
