//! A piece of work that runs on the runtime, as the threads and event loops that wait for it see it.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cloudconvert_core::{Code, Error, Progress, Stage, Value};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::runtime::Handle;
use tokio::sync::Notify;

use crate::error::raise;
use crate::hub::Hub;
use crate::interpreter::attach;
use crate::output::Download;
use crate::runtime::patience;
use crate::transport::Answer;
use crate::value::to_python;

/// How long a waiting thread is deaf to signals.
const SIGNALS: Duration = Duration::from_millis(50);

/// What came of it.
pub(crate) enum Outcome {
    Done(Value<'static>, Vec<Download>),
    Failed(Error, Option<Answer>),
    /// Python's own exception, from a transport or a checkpoint.
    Raised(PyErr),
}

/// Work that runs on the runtime, shared by the driver and those who wait.
pub(crate) struct Task {
    state: Mutex<State>,
    changed: Condvar,
    process: u32,
}

#[derive(Default)]
struct State {
    outcome: Option<Outcome>,
    /// What becomes the outcome whatever the core says.
    raised: Option<Outcome>,
    done: bool,
    progress: Option<Progress>,
    /// How often progress was shown. Each who looks remembers what it has seen, so that none takes news from another.
    shown: u64,
    log: Vec<(u8, String)>,
    /// The last answer, which an error may come from.
    answer: Option<Answer>,
    /// What is to be called once there is something to do, and what progress it has seen, if it wants any.
    callbacks: Vec<(Option<u64>, Py<PyAny>)>,
}

impl State {
    /// Whether somebody who waits has something to do.
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
        let mut state = self.state();
        if state.progress.as_ref().is_some_and(|progress| progress.stage != Stage::Delete) {
            state.answer = Some(answer);
        }
    }

    pub(crate) fn last_answer(&self) -> Option<Answer> {
        self.state().answer.clone()
    }

    /// Writes a line for the log, which those who wait pass on.
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
        self.finish(Outcome::Failed(Error::new(Code::InvalidResponse, message), None));
    }

    /// Wakes those who have something to do now.
    fn wake(&self, mut state: MutexGuard<'_, State>) {
        self.changed.notify_all();
        let callbacks = std::mem::take(&mut state.callbacks);
        let (due, later) = callbacks.into_iter().partition::<Vec<_>, _>(|(seen, _)| state.wants(*seen));
        state.callbacks = later;
        drop(state);
        if due.is_empty() {
            return;
        }
        // Not here: whoever holds the interpreter now would hold up all requests.
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

/// A conversion, or a single call, that runs.
#[pyclass(frozen, module = "cloudconvert_kit._native")]
pub(crate) struct Run {
    task: Arc<Task>,
    work: Work,
}

/// What is given up, and where it is saved.
enum Work {
    Conversion(Arc<Hub>, u64),
    Call(Arc<Notify>),
}

impl Run {
    pub(crate) fn conversion(task: Arc<Task>, hub: Arc<Hub>, member: u64) -> Self {
        Self { task, work: Work::Conversion(hub, member) }
    }

    pub(crate) fn call(task: Arc<Task>, cancel: Arc<Notify>) -> Self {
        Self { task, work: Work::Call(cancel) }
    }

    fn check_process(&self) -> PyResult<()> {
        if self.task.process == std::process::id() {
            return Ok(());
        }
        Err(PyRuntimeError::new_err(
            "this conversion runs in the parent process; resume its saved state here",
        ))
    }
}

#[pymethods]
impl Run {
    /// Blocks until it has ended (then true), or until there are lines of the log or, where a number of
    /// [`Run::shown`] is given, later progress. Signals are heard meanwhile.
    #[pyo3(signature = (seen=None, timeout=None))]
    fn wait(&self, py: Python<'_>, seen: Option<u64>, timeout: Option<f64>) -> PyResult<bool> {
        self.check_process()?;
        let end = timeout.map(|seconds| Instant::now() + patience(seconds));
        loop {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let slice = left.map_or(SIGNALS, |left| left.min(SIGNALS));
            let (wanted, done) = py.detach(|| {
                let waited = self
                    .task
                    .changed
                    .wait_timeout_while(self.task.state(), slice, |state| !state.wants(seen));
                let state = waited.unwrap_or_else(PoisonError::into_inner).0;
                (state.wants(seen), state.done)
            });
            if wanted || left.is_some_and(|left| left.is_zero()) {
                return Ok(done);
            }
            py.check_signals()?;
        }
    }

    /// Calls back once there is what [`Run::wait`] waits for; at once where it is there already.
    fn notify(&self, py: Python<'_>, seen: Option<u64>, callback: Py<PyAny>) -> PyResult<()> {
        self.check_process()?;
        let mut state = self.task.state();
        if state.wants(seen) {
            drop(state);
            return callback.call0(py).map(drop);
        }
        state.callbacks.push((seen, callback));
        Ok(())
    }

    /// Whether it has ended.
    #[getter]
    fn done(&self) -> bool {
        self.task.state().done
    }

    /// Cancels it. It ends when it has cleaned up.
    fn cancel(&self) {
        if self.check_process().is_err() {
            return;
        }
        match &self.work {
            Work::Conversion(hub, member) => hub.cancel(*member),
            Work::Call(cancel) => cancel.notify_one(),
        }
    }

    /// How far it is.
    fn progress<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let progress = self.task.progress();
        progress.map(|progress| to_python(py, &progress.to_value())).transpose()
    }

    /// How often progress was shown so far.
    #[getter]
    fn shown(&self) -> u64 {
        self.task.state().shown
    }

    /// What another process needs to go on: as JSON. None of what has ended.
    fn saved(&self) -> Option<String> {
        match &self.work {
            Work::Conversion(hub, member) => hub.saved(*member),
            Work::Call(_) => None,
        }
    }

    /// Lines for the log that have not been taken yet, with their levels.
    fn log(&self) -> Vec<(u8, String)> {
        std::mem::take(&mut self.task.state().log)
    }

    /// What came of it, once: the facts and the outputs; or the exception.
    fn result<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Vec<Download>)> {
        let outcome = self.task.state().outcome.take();
        match outcome {
            Some(Outcome::Done(value, downloads)) => Ok((to_python(py, &value)?, downloads)),
            Some(Outcome::Failed(error, answer)) => Err(raise(py, &error, answer.as_ref())),
            Some(Outcome::Raised(error)) => Err(error),
            None => Err(PyRuntimeError::new_err("the result is not there, or was taken already")),
        }
    }
}
