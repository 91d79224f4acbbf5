//! A task: what it was asked for, where it is, and its files.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::change::Pulse;
use super::state::{Ended, State, Status, TaskFailure};
use super::{Event, Operation};
use crate::engine::Progress;
use crate::error::ApiError;

/// One task. What changes is in `state`, which can be awaited.
pub(crate) struct Task {
    pub(crate) id: String,
    /// Its name within its job.
    pub(crate) name: Option<String>,
    pub(crate) operation: Operation,
    /// What was asked for, in the words of the version of the API that was asked.
    pub(crate) payload: Map<String, Value>,
    /// The tasks whose files it takes.
    pub(crate) inputs: Vec<Arc<Task>>,
    /// Whether its failure leaves its job alone.
    pub(crate) ignore_error: bool,
    /// The task that it repeats.
    pub(crate) retry_of: Option<String>,
    pub(crate) created: SystemTime,
    /// Everything of the task is in this folder, which is there once there is something.
    pub(crate) folder: PathBuf,
    pub(crate) progress: Progress,
    /// Cancelled when the task is cancelled or deleted.
    pub(crate) stop: CancellationToken,
    pub(crate) state: watch::Sender<State>,
    pulse: Arc<Pulse>,
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

impl Task {
    /// A task whose folder is in this one, and which tells what happens to it.
    pub(super) fn new(folder: &Path, pulse: Arc<Pulse>, new: New) -> Arc<Self> {
        let id = Uuid::new_v4().to_string();
        let stop = CancellationToken::new();
        Arc::new(Self {
            folder: folder.join(&id),
            id,
            name: new.name,
            ignore_error: new.ignore_error,
            operation: new.operation,
            payload: new.payload,
            inputs: new.inputs,
            retry_of: new.retry_of,
            created: SystemTime::now(),
            progress: Progress::new(stop.child_token()),
            stop,
            state: watch::Sender::new(State::new()),
            pulse,
        })
    }

    pub(crate) fn status(&self) -> Status {
        self.state.borrow().status
    }

    /// The operation's name, as it was asked for.
    pub(crate) fn asked(&self) -> &str {
        self.payload.get("operation").and_then(Value::as_str).unwrap_or_default()
    }

    /// Waits until the task has ended.
    pub(crate) async fn wait(&self) {
        let _ = self.state.subscribe().wait_for(|state| state.status.has_ended()).await;
    }

    /// Whether it is for the client to do something first.
    pub(super) fn waits_for_client(&self) -> bool {
        let own = matches!(self.operation, Operation::Receive { .. }) && !self.status().has_ended();
        own || self.inputs.iter().any(|input| input.waits_for_client())
    }

    /// Changes its state, unless it has ended; whether it did.
    pub(super) fn change(&self, change: impl FnOnce(&mut State) -> bool) -> bool {
        let mut event = None;
        self.state.send_if_modified(|state| {
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
                self.pulse.one_ends();
            }
            true
        });
        if let Some(event) = event {
            self.pulse.tell(Some(&self.id), event);
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
            state.engine = engine.or(state.engine);
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
        let error = ApiError::new(422, "The task was cancelled");
        let cancelled = self.end(Err(TaskFailure::new("CANCELLED", error)));
        self.stop.cancel();
        cancelled
    }

    /// Stops what runs and deletes all files.
    pub(crate) fn delete(&self) {
        self.cancel();
        self.delete_files();
    }

    pub(crate) fn delete_files(&self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
