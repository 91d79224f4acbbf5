//! A task: what it was asked for, where it is, and its files.

use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::kept::Kept;
use super::record::TaskSpec;
use super::state::{Ended, State, Status, TaskFailure};
use super::{Event, Operation};
use crate::engine::Progress;

/// One task. Where it is, the record of its job says; here is what goes on with it in this program.
pub(crate) struct Task {
    spec: Arc<TaskSpec>,
    /// The tasks whose files it takes.
    pub(crate) inputs: Vec<Arc<Task>>,
    pub(crate) progress: Progress,
    /// Cancelled when the task is cancelled or deleted.
    pub(crate) stop: CancellationToken,
    /// Files that come in are taken by one after the other, because each needs a name of its own.
    pub(super) taking: Mutex<()>,
    kept: Arc<Kept>,
}

/// What a new task is made of.
pub(crate) struct New {
    pub(crate) name: Option<String>,
    pub(crate) operation: Operation,
    pub(crate) payload: Map<String, Value>,
    pub(crate) inputs: Vec<Arc<Task>>,
    pub(crate) ignore_error: bool,
    pub(crate) retry_of: Option<String>,
}

impl New {
    /// A task without a name of its own.
    pub(crate) const fn unnamed(
        operation: Operation,
        payload: Map<String, Value>,
        inputs: Vec<Arc<Task>>,
    ) -> Self {
        Self { name: None, operation, payload, inputs, ignore_error: false, retry_of: None }
    }
}

impl Deref for Task {
    type Target = TaskSpec;

    fn deref(&self) -> &TaskSpec {
        &self.spec
    }
}

impl Task {
    /// A task whose folder is in this one.
    pub(super) fn new(folder: &Path, kept: Arc<Kept>, new: New) -> Arc<Self> {
        let id = Uuid::new_v4().to_string();
        let spec = TaskSpec {
            folder: folder.join(&id),
            id,
            name: new.name,
            operation: new.operation,
            payload: new.payload,
            takes: new.inputs.iter().map(|input| input.id.clone()).collect(),
            ignore_error: new.ignore_error,
            retry_of: new.retry_of,
            created: SystemTime::now(),
        };
        Arc::new(Self::of(Arc::new(spec), kept, new.inputs))
    }

    pub(super) fn of(spec: Arc<TaskSpec>, kept: Arc<Kept>, inputs: Vec<Arc<Self>>) -> Self {
        let stop = CancellationToken::new();
        let progress = Progress::new(stop.child_token());
        Self { spec, inputs, progress, stop, taking: Mutex::default(), kept }
    }

    pub(super) fn spec(&self) -> Arc<TaskSpec> {
        self.spec.clone()
    }

    /// What its state says; that of a task that is not kept any more is that it was cancelled.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        let record = self.kept.record();
        match record.as_ref().and_then(|record| record.task(&self.id)) {
            Some(task) => read(&task.state),
            None => read(&State::gone()),
        }
    }

    /// All of its state, as it is now: for those who need several parts of it.
    pub(crate) fn state(&self) -> State {
        self.read(State::clone)
    }

    pub(crate) fn status(&self) -> Status {
        self.read(|state| state.status)
    }

    pub(super) fn is_deleted(&self) -> bool {
        self.read(|state| state.deleted)
    }

    /// What was lost on the way.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.read(|state| state.status.has_ended().then(|| state.warnings.clone()))
            .unwrap_or_else(|| self.progress.warnings())
    }

    /// The operation's name, as it was asked for.
    pub(crate) fn asked(&self) -> &str {
        self.payload.get("operation").and_then(Value::as_str).unwrap_or_default()
    }

    /// Waits until the task has ended.
    pub(crate) async fn wait(&self) {
        self.kept.until(|| self.status().has_ended()).await;
    }

    /// Whether it is for the client to do something first.
    pub(super) fn waits_for_client(&self) -> bool {
        let own = matches!(self.operation, Operation::Receive { .. }) && !self.status().has_ended();
        own || self.inputs.iter().any(|input| input.waits_for_client())
    }

    /// Changes its state, whether it has ended or not. Whether it did.
    pub(super) fn edit(&self, change: impl FnOnce(&mut State) -> bool) -> bool {
        self.kept.change(|job| job.task_mut(&self.id).is_some_and(|task| change(&mut task.state)))
    }

    /// Changes its state, unless it has ended, and tells of it. Whether it did.
    pub(super) fn change(&self, change: impl FnOnce(&mut State) -> bool) -> bool {
        let mut event = None;
        self.edit(|state| {
            if state.status.has_ended() || !change(state) {
                return false;
            }
            event = Some(match state.status {
                Status::Finished => Event::Finished,
                Status::Error => Event::Failed,
                _ => Event::Updated,
            });
            if state.status.has_ended() {
                state.ended = Some(SystemTime::now());
                state.warnings = self.progress.warnings();
            }
            true
        });
        if let Some(event) = event {
            self.kept.tell(Some(&self.id), event);
        }
        event.is_some()
    }

    /// Notes that the task waits for a free engine.
    pub(super) fn queue(&self) {
        self.change(|state| !std::mem::replace(&mut state.queued, true));
    }

    /// Notes that the task is being worked on, by this engine if by one.
    pub(crate) fn begin(&self, engine: Option<&'static str>) {
        self.change(|state| {
            state.status = Status::Processing;
            state.engine = engine.map(Into::into).or(state.engine.take());
            state.started.get_or_insert_with(SystemTime::now);
            true
        });
    }

    /// Ends the task, unless it has ended already. Whether it has ended by this.
    pub(crate) fn end(&self, result: Result<Ended, TaskFailure>) -> bool {
        self.change(|state| {
            match result {
                Ok(ended) => {
                    state.status = Status::Finished;
                    state.result = ended;
                    state.started.get_or_insert_with(SystemTime::now);
                }
                Err(failure) => {
                    state.status = Status::Error;
                    state.failure = Some(failure);
                }
            }
            true
        })
    }

    /// Stops what runs. Whether there was something to stop.
    pub(crate) fn cancel(&self) -> bool {
        let cancelled = self.end(Err(TaskFailure::cancelled()));
        self.stop.cancel();
        cancelled
    }

    /// Stops what runs and deletes all files. Nobody finds it any more; to its job it is what it was.
    pub(crate) fn delete(&self) {
        self.cancel();
        self.edit(|state| {
            state.deleted = true;
            state.result = Ended::default();
            true
        });
        self.delete_files();
    }

    pub(crate) fn delete_files(&self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
