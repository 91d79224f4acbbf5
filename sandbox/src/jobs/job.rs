//! A job: some tasks that belong together, and what goes on with them.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::change::Pulse;
use super::running::Running;
use super::{Change, Event, New, Status, Task, TaskFailure};
use crate::error::ApiError;

/// Some tasks that belong together. It may be there before it is said which.
pub(crate) struct Job {
    pub(crate) id: String,
    /// Whose it is.
    pub(crate) key: String,
    pub(crate) shape: Shape,
    /// What its creation asked for, in the words of the version of the API that was asked.
    pub(crate) asked: Value,
    pub(crate) created: SystemTime,
    /// The folders of its tasks are in it.
    pub(crate) folder: PathBuf,
    /// Cancelled when the job is removed.
    pub(crate) removed: CancellationToken,
    pub(super) pulse: Arc<Pulse>,
    begun: OnceLock<Begun>,
    /// Why it could not begin, and when that was.
    refused: Mutex<Option<(ApiError, SystemTime)>>,
    /// How much goes on that must not be cut off: uploads, downloads, messages to others.
    holds: AtomicUsize,
}

/// What a job is to those who ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Tasks that were named.
    Graph,
    /// One task, which is shown alone.
    Single,
    /// An import, work and, where there is an output, an export: known before its tasks are. What failed leaves no files.
    Process,
}

/// What a job has once it runs.
pub(crate) struct Begun {
    /// What the client knows it by.
    pub(crate) tag: Option<Value>,
    /// The address under which the client that began it reached the service.
    pub(crate) base: String,
    /// Who is to be told of its end.
    pub(crate) tell: Option<reqwest::Url>,
    /// In an order in which every task comes after those that it takes files from.
    pub(crate) tasks: Vec<Arc<Task>>,
    pub(crate) at: SystemTime,
}

impl Job {
    pub(super) fn new(
        data: &Path,
        key: &str,
        shape: Shape,
        asked: Value,
        changes: broadcast::Sender<Change>,
    ) -> Arc<Self> {
        let id = Uuid::new_v4().to_string();
        Arc::new(Self {
            folder: data.join(&id),
            pulse: Arc::new(Pulse::new(&id, changes)),
            id,
            key: key.to_owned(),
            shape,
            asked,
            created: SystemTime::now(),
            removed: CancellationToken::new(),
            begun: OnceLock::new(),
            refused: Mutex::default(),
            holds: AtomicUsize::new(0),
        })
    }

    /// A task of this job.
    pub(crate) fn task(&self, new: New) -> Arc<Task> {
        Task::new(&self.folder, self.pulse.clone(), new)
    }

    /// Says what its tasks are, once. Whether this was the first time.
    pub(super) fn begin(&self, begun: Begun, running: Option<Running>) -> bool {
        self.pulse.open(begun.tasks.len(), running);
        if self.begun.set(begun).is_err() {
            return false;
        }
        *self.refusal_mut() = None;
        self.pulse.tell(None, Event::Created);
        for task in self.tasks() {
            self.pulse.tell(Some(&task.id), Event::Created);
        }
        true
    }

    /// Notes why it could not begin; until it does, it has ended so.
    pub(crate) fn refuse(&self, error: ApiError) {
        if self.begun.get().is_none() {
            *self.refusal_mut() = Some((error, SystemTime::now()));
            self.pulse.beat();
        }
    }

    /// Why it could not begin, and when that was.
    pub(crate) fn refusal(&self) -> Option<(ApiError, SystemTime)> {
        self.refusal_mut().clone()
    }

    fn refusal_mut(&self) -> std::sync::MutexGuard<'_, Option<(ApiError, SystemTime)>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn begun(&self) -> Option<&Begun> {
        self.begun.get()
    }

    pub(crate) fn tasks(&self) -> &[Arc<Task>] {
        self.begun.get().map_or(&[], |begun| &begun.tasks)
    }

    /// The address under which its client reached the service.
    pub(crate) fn base(&self) -> &str {
        self.begun.get().map_or("", |begun| &begun.base)
    }

    pub(crate) fn tag(&self) -> Option<&Value> {
        self.begun.get()?.tag.as_ref()
    }

    /// Whether everything has ended, well or badly.
    pub(crate) fn has_ended(&self) -> bool {
        let ended = match self.begun.get() {
            Some(begun) => begun.tasks.iter().all(|task| task.status().has_ended()),
            None => self.refusal_mut().is_some(),
        };
        ended || self.removed.is_cancelled()
    }

    /// Where the job is, read from its tasks.
    pub(crate) fn status(&self) -> Status {
        let states: Vec<_> = self.tasks().iter().map(|task| (task.status(), task.ignore_error)).collect();
        if !states.iter().all(|(status, _)| status.has_ended()) {
            let begun = states.iter().any(|(status, _)| *status != Status::Waiting);
            return if begun { Status::Processing } else { Status::Waiting };
        }
        let failed = states.iter().any(|(status, ignored)| *status == Status::Error && !ignored);
        if failed { Status::Error } else { Status::Finished }
    }

    /// Why it failed, if it did: of the task that did not only follow others.
    pub(crate) fn failure(&self) -> Option<TaskFailure> {
        let failures: Vec<_> = self
            .tasks()
            .iter()
            .filter(|task| !task.ignore_error)
            .filter_map(|task| task.state.borrow().failure.clone())
            .collect();
        failures.iter().find(|failure| failure.is_cause()).or(failures.first()).cloned()
    }

    /// When its first task began.
    pub(crate) fn started(&self) -> Option<SystemTime> {
        self.tasks().iter().filter_map(|task| task.state.borrow().started).min()
    }

    /// When its last task ended, once all have.
    pub(crate) fn ended(&self) -> Option<SystemTime> {
        let ends: Option<Vec<_>> = self.tasks().iter().map(|task| task.state.borrow().ended).collect();
        ends?.into_iter().max()
    }

    /// When it is forgotten: so long after the last thing that happened to it.
    pub(crate) fn expires(&self, keep: Duration) -> SystemTime {
        let refused = self.refusal_mut().as_ref().map(|(_, at)| *at);
        let last = [Some(self.created), self.begun.get().map(|begun| begun.at), refused, self.ended()];
        last.into_iter().flatten().max().unwrap_or(self.created) + keep
    }

    /// Waits until all tasks have ended.
    pub(crate) async fn wait(&self) {
        self.pulse.until(|| self.has_ended()).await;
    }

    /// Whether it has ended and holds nothing that anybody could still fetch.
    pub(super) fn is_spent(&self) -> bool {
        self.has_ended()
            && self.is_idle()
            && self.tasks().iter().all(|task| {
                let state = task.state.borrow();
                state.result.facts.is_none() && state.result.served.iter().all(|file| file.downloaded)
            })
    }

    /// Whether nothing goes on with it, but for what its client has to do.
    pub(super) fn is_idle(&self) -> bool {
        let works = |task: &Arc<Task>| !task.status().has_ended() && !task.waits_for_client();
        self.holds.load(Ordering::SeqCst) == 0 && !self.tasks().iter().any(works)
    }

    /// Waits until nothing goes on.
    pub(super) async fn idle(&self) {
        self.pulse.until(|| self.is_idle()).await;
    }

    /// Something goes on that must not be cut off, by its expiry or by the end of the service.
    pub(crate) fn hold(self: &Arc<Self>) -> Hold {
        self.holds.fetch_add(1, Ordering::SeqCst);
        Hold(self.clone())
    }

    /// Cancels what runs and deletes all files. Whoever waits for the job learns that it is gone.
    pub(super) fn remove(&self) {
        self.removed.cancel();
        for task in self.tasks() {
            task.cancel();
        }
        self.delete_files();
        self.pulse.beat();
    }

    pub(super) fn delete_files(&self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }

    /// The beginning of its ID, by which people find it in the log. Nobody can use a job who knows no more.
    pub(crate) fn short_id(&self) -> &str {
        &self.id[..6]
    }
}

/// As long as it is there, something goes on.
pub(crate) struct Hold(Arc<Job>);

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.holds.fetch_sub(1, Ordering::SeqCst);
        self.0.pulse.beat();
    }
}
