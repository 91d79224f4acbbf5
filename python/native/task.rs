//! A piece of work that runs on the runtime, as the threads and event loops that wait for it see it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cloudconvert_core::{Code, Conversion, Error, Progress, Value};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::sync::Notify;

use crate::error::raise;
use crate::output::Download;
use crate::runtime::blocking;
use crate::transport::Answer;
use crate::value::to_python;

/// How long a waiting thread is deaf to signals.
const SIGNALS: Duration = Duration::from_millis(50);
/// How often progress is told that only counts bytes.
const BYTES: Duration = Duration::from_millis(100);

/// What came of it.
pub(crate) enum Outcome {
    Done(Value<'static>, Vec<Download>),
    Failed(Error, Option<Answer>),
    /// Python's own exception, from a transport or a checkpoint.
    Raised(PyErr),
}

/// Shared by the driver and those who wait.
pub(crate) struct Task {
    conversion: Option<Mutex<(Conversion, cloudconvert_core::Api)>>,
    state: Mutex<State>,
    changed: Condvar,
    cancelled: AtomicBool,
    cancel: Notify,
    process: u32,
}

#[derive(Default)]
struct State {
    outcome: Option<Outcome>,
    done: bool,
    shown: Option<(Progress, Instant)>,
    /// Whether there is progress that nobody has seen.
    news: bool,
    log: Vec<(u8, String)>,
    callback: Option<(bool, Py<PyAny>)>,
}

impl State {
    /// Whether somebody who waits has something to do.
    fn wants(&self, progress: bool) -> bool {
        self.done || !self.log.is_empty() || progress && self.news
    }
}

impl Task {
    pub(crate) fn new(conversion: Option<(Conversion, cloudconvert_core::Api)>) -> Arc<Self> {
        Arc::new(Self {
            conversion: conversion.map(Mutex::new),
            state: Mutex::default(),
            changed: Condvar::new(),
            cancelled: AtomicBool::new(false),
            cancel: Notify::new(),
            process: std::process::id(),
        })
    }

    /// Works with the conversion, which is locked meanwhile.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Conversion) -> T) -> Option<T> {
        let mut conversion = self.conversion.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        Some(work(&mut conversion.0))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is to be given up.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }

    /// Done when it is to be given up.
    pub(crate) async fn cancelled(&self) {
        self.cancel.notified().await;
    }

    /// Tells how far the conversion is, if that has changed.
    pub(crate) fn show(&self) {
        let Some(progress) = self.with(|conversion| conversion.progress()) else { return };
        let mut state = self.state();
        let now = Instant::now();
        if let Some((shown, at)) = &state.shown {
            let same_but_bytes =
                Progress { sent: shown.sent, received: shown.received, ..progress.clone() } == *shown;
            if *shown == progress || same_but_bytes && now.duration_since(*at) < BYTES {
                return;
            }
        }
        state.shown = Some((progress, now));
        state.news = true;
        self.wake(state);
    }

    /// Writes a line for the log, which those who wait pass on.
    pub(crate) fn log(&self, level: u8, line: String) {
        let mut state = self.state();
        state.log.push((level, line));
        self.wake(state);
    }

    pub(crate) fn finish(&self, outcome: Outcome) {
        let mut state = self.state();
        if state.done {
            return;
        }
        state.outcome = Some(outcome);
        state.done = true;
        self.wake(state);
    }

    /// Wakes those who have something to do now.
    fn wake(&self, mut state: MutexGuard<'_, State>) {
        self.changed.notify_all();
        if state.callback.as_ref().is_some_and(|(progress, _)| state.wants(*progress)) {
            let callback = state.callback.take();
            drop(state);
            // Not here: whoever holds the interpreter now would hold up all requests.
            tokio::spawn(blocking(move || call(callback)));
        }
    }
}

fn call(callback: Option<(bool, Py<PyAny>)>) {
    let Some((_, callback)) = callback else { return };
    Python::try_attach(|py| {
        if let Err(error) = callback.call0(py) {
            error.write_unraisable(py, None);
        }
    });
}

/// Makes a task end however its driver ends.
pub(crate) struct Finish(pub(crate) Arc<Task>);

impl Drop for Finish {
    fn drop(&mut self) {
        let message = "the conversion ended without a result; please report this as a defect";
        self.0.finish(Outcome::Failed(Error::new(Code::InvalidResponse, message), None));
    }
}

/// A conversion, or a single call, that runs.
#[pyclass(frozen, weakref, module = "cloudconvert_kit._native")]
pub(crate) struct Run(pub(crate) Arc<Task>);

#[pymethods]
impl Run {
    /// Blocks until it has ended (then true), or until there are lines of the log or, if wanted, progress. Signals are
    /// heard meanwhile.
    #[pyo3(signature = (progress, timeout=None))]
    fn wait(&self, py: Python<'_>, progress: bool, timeout: Option<f64>) -> PyResult<bool> {
        self.check_process()?;
        let end = timeout.map(|seconds| Instant::now() + Duration::from_secs_f64(seconds.clamp(0.0, 1e9)));
        loop {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let slice = left.map_or(SIGNALS, |left| left.min(SIGNALS));
            let (wanted, done) = py.detach(|| {
                let waited =
                    self.0.changed.wait_timeout_while(self.0.state(), slice, |state| !state.wants(progress));
                let state = waited.unwrap_or_else(PoisonError::into_inner).0;
                (state.wants(progress), state.done)
            });
            if wanted || left.is_some_and(|left| left.is_zero()) {
                return Ok(done);
            }
            py.check_signals()?;
        }
    }

    /// Calls back once there is what [`Run::wait`] waits for; at once where it is there already.
    fn notify(&self, py: Python<'_>, progress: bool, callback: Py<PyAny>) -> PyResult<()> {
        self.check_process()?;
        let mut state = self.0.state();
        if state.wants(progress) {
            drop(state);
            return callback.call0(py).map(drop);
        }
        state.callback = Some((progress, callback));
        Ok(())
    }

    /// Whether it has ended.
    #[getter]
    fn done(&self) -> bool {
        self.0.state().done
    }

    /// Gives it up. It ends when it has cleaned up.
    fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Release);
        self.0.cancel.notify_one();
    }

    /// How far it is.
    fn progress<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let progress = self.0.with(|conversion| conversion.progress().to_value());
        progress.map(|progress| to_python(py, &progress)).transpose()
    }

    /// Whether there is progress since this was last asked.
    fn has_news(&self) -> bool {
        std::mem::take(&mut self.0.state().news)
    }

    /// What another process needs to go on, as JSON.
    fn saved(&self) -> Option<String> {
        let conversion = self.0.conversion.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        Some(conversion.0.save().to_json(&conversion.1))
    }

    /// Lines for the log that have not been taken yet, with their levels.
    fn log(&self) -> Vec<(u8, String)> {
        std::mem::take(&mut self.0.state().log)
    }

    /// What came of it, once: the facts and the outputs; or the exception.
    fn result<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Vec<Download>)> {
        let outcome = self.0.state().outcome.take();
        match outcome {
            Some(Outcome::Done(value, downloads)) => Ok((to_python(py, &value)?, downloads)),
            Some(Outcome::Failed(error, answer)) => Err(raise(py, &error, answer.as_ref())),
            Some(Outcome::Raised(error)) => Err(error),
            None => Err(PyRuntimeError::new_err("the result is not there, or was taken already")),
        }
    }
}

impl Run {
    fn check_process(&self) -> PyResult<()> {
        if self.0.process == std::process::id() {
            return Ok(());
        }
        Err(PyRuntimeError::new_err(
            "this conversion runs in the parent process; resume its saved state here",
        ))
    }
}
