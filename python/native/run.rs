//! What runs, as Python holds it: a conversion or a single call is waited for, looked at, or given up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::runtime::Handle;
use tokio::sync::Notify;

use crate::error::raise;
use crate::hub::{self, Hub};
use crate::output::Download;
use crate::runtime::patience;
use crate::task::{Outcome, Task};
use crate::value::to_python;

/// How long a waiting thread is deaf to signals.
const SIGNALS: Duration = Duration::from_millis(50);

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

    fn call(task: Arc<Task>, cancel: Arc<Notify>) -> Self {
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
            let (wanted, done) = py.detach(|| self.task.wait(seen, slice));
            if wanted || left.is_some_and(|left| left.is_zero()) {
                return Ok(done);
            }
            py.check_signals()?;
        }
    }

    /// Calls back once there is what [`Run::wait`] waits for; at once where it is there already.
    fn notify(&self, py: Python<'_>, seen: Option<u64>, callback: Py<PyAny>) -> PyResult<()> {
        self.check_process()?;
        self.task.notify(seen, callback).map_or(Ok(()), |callback| callback.call0(py).map(drop))
    }

    /// Whether it has ended.
    #[getter]
    fn done(&self) -> bool {
        self.task.is_done()
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
        self.task.shown()
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
        self.task.take_log()
    }

    /// What came of it, once: the facts and the outputs; or the exception.
    fn result<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Vec<Download>)> {
        match self.task.take_outcome() {
            Some(Outcome::Done(value, downloads)) => Ok((to_python(py, &value)?, downloads)),
            Some(Outcome::Failed(error, answer, cause)) => Err(raise(py, &error, answer.as_ref(), cause)),
            Some(Outcome::Raised(error)) => Err(error),
            None => {
                Err(PyRuntimeError::new_err("the result was taken already; please report this as a defect"))
            }
        }
    }
}

/// Runs a single call to its end, or until it is given up.
pub(crate) fn call<W>(hub: &Arc<Hub>, runtime: &Handle, work: impl FnOnce(Arc<Hub>, Arc<Notify>) -> W) -> Run
where
    W: Future<Output = Outcome> + Send + 'static,
{
    let (task, cancel) = (Task::new(None), Arc::new(Notify::new()));
    let id = hub.add_call(task.clone(), cancel.clone());
    let work = work(hub.clone(), cancel.clone());
    let run = Run::call(task.clone(), cancel);
    let hub = hub.clone();
    runtime.spawn(async move {
        let outcome = work.await;
        hub.end_call(id);
        task.finish(outcome);
    });
    run
}

/// What runs on a hub, held or not.
pub(crate) fn of(hub: &Arc<Hub>) -> Vec<Run> {
    if hub.process != std::process::id() {
        return Vec::new();
    }
    let inner = hub.lock();
    let conversions = inner.members.iter();
    let conversions = conversions.map(|(id, member)| Run::conversion(member.task.clone(), hub.clone(), *id));
    let calls = inner.calls.values().map(|(task, cancel)| Run::call(task.clone(), cancel.clone()));
    conversions.chain(calls).collect()
}

/// All that runs in this process.
pub(crate) fn all(py: Python<'_>) -> Vec<Run> {
    hub::all(py).iter().flat_map(of).collect()
}
