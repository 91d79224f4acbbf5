//! A task: what it was asked for, where it is, and its files.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Operation;
use crate::engine::Progress;
use crate::process::Served;

/// One task. What changes is in `state`, which can be awaited.
pub(crate) struct Task {
    pub(crate) id: String,
    /// Its name within its job.
    pub(crate) name: Option<String>,
    /// Whether it belongs to a job, and to which.
    pub(crate) job_id: Option<String>,
    /// Whose it is.
    pub(crate) key: String,
    pub(crate) operation: Operation,
    /// What was asked for, as it was asked for.
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
}

/// Where a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Waiting,
    Processing,
    Finished,
    Error,
}

impl Status {
    pub(crate) const ALL: [Self; 4] = [Self::Waiting, Self::Processing, Self::Finished, Self::Error];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Processing => "processing",
            Self::Finished => "finished",
            Self::Error => "error",
        }
    }

    pub(crate) const fn has_ended(self) -> bool {
        matches!(self, Self::Finished | Self::Error)
    }
}

/// What changes during the life of a task.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) status: Status,
    pub(crate) message: Option<String>,
    pub(crate) code: Option<&'static str>,
    /// The engine that works on it.
    pub(crate) engine: Option<&'static str>,
    pub(crate) started: Option<SystemTime>,
    pub(crate) ended: Option<SystemTime>,
    pub(crate) result: Ended,
}

/// What a task that has ended leaves to others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ended {
    pub(crate) files: Vec<TaskFile>,
    /// The same files, where they can be downloaded.
    pub(crate) served: Vec<Served>,
    /// The facts that `metadata` found.
    pub(crate) metadata: Option<Value>,
}

/// A file of a task. On disk its name is another.
#[derive(Clone, Debug)]
pub(crate) struct TaskFile {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) size: u64,
}

/// Why a task failed: one of the codes that clients know, and words for people.
#[derive(Clone, Debug)]
pub(crate) struct TaskFailure {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl TaskFailure {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// What a new task is made of.
pub(crate) struct New {
    pub(crate) name: Option<String>,
    pub(crate) job_id: Option<String>,
    pub(crate) key: String,
    pub(crate) operation: Operation,
    pub(crate) payload: Map<String, Value>,
    pub(crate) inputs: Vec<Arc<Task>>,
    pub(crate) retry_of: Option<String>,
}

impl Task {
    pub(crate) fn new(data: &Path, new: New) -> Self {
        let id = Uuid::new_v4().to_string();
        let stop = CancellationToken::new();
        let message =
            matches!(new.operation, Operation::Upload).then(|| "Waiting for file upload".to_owned());
        Self {
            folder: data.join(&id),
            id,
            name: new.name,
            job_id: new.job_id,
            key: new.key,
            ignore_error: new.payload.get("ignore_error").and_then(Value::as_bool).unwrap_or_default(),
            operation: new.operation,
            payload: new.payload,
            inputs: new.inputs,
            retry_of: new.retry_of,
            created: SystemTime::now(),
            progress: Progress::new(stop.child_token()),
            stop,
            state: watch::Sender::new(State {
                status: Status::Waiting,
                message,
                code: None,
                engine: None,
                started: None,
                ended: None,
                result: Ended::default(),
            }),
        }
    }

    /// A new task of the same payload, which belongs to no job.
    pub(crate) fn again(&self, data: &Path) -> Self {
        let new = New {
            name: None,
            job_id: None,
            key: self.key.clone(),
            operation: self.operation.clone(),
            payload: self.payload.clone(),
            inputs: self.inputs.clone(),
            retry_of: Some(self.id.clone()),
        };
        Self::new(data, new)
    }

    pub(crate) fn status(&self) -> Status {
        self.state.borrow().status
    }

    /// Waits until the task has ended.
    pub(crate) async fn wait(&self) {
        let _ = self.state.subscribe().wait_for(|state| state.status.has_ended()).await;
    }

    /// Notes that the task is being worked on, by this engine if by one.
    pub(crate) fn begin(&self, engine: Option<&'static str>) {
        self.state.send_if_modified(|state| {
            if state.status.has_ended() {
                return false;
            }
            state.status = Status::Processing;
            state.message = None;
            state.engine = engine.or(state.engine);
            state.started.get_or_insert_with(SystemTime::now);
            true
        });
    }

    /// Ends the task, unless it has ended already. Whether it has ended by this.
    pub(crate) fn end(&self, result: Result<Ended, TaskFailure>) -> bool {
        self.state.send_if_modified(|state| {
            if state.status.has_ended() {
                return false;
            }
            state.ended = Some(SystemTime::now());
            match result {
                Ok(ended) => {
                    state.status = Status::Finished;
                    state.message = None;
                    state.result = ended;
                    state.started.get_or_insert_with(SystemTime::now);
                }
                Err(failure) => {
                    state.status = Status::Error;
                    state.message = Some(failure.message);
                    state.code = Some(failure.code);
                }
            }
            true
        })
    }

    /// Stops what runs. Whether there was something to stop.
    pub(crate) fn cancel(&self) -> bool {
        let cancelled = self.end(Err(TaskFailure::new("CANCELLED", "The task was cancelled")));
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

    /// The folder of this name in the task's own, made where it is missing.
    pub(crate) fn folder(&self, name: &str) -> std::io::Result<PathBuf> {
        let folder = self.folder.join(name);
        for folder in [&self.folder, &folder] {
            match std::fs::create_dir(folder) {
                Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        Ok(folder)
    }
}
