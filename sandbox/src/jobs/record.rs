//! What is kept of a job: plain data, which can be written down and read again, and what it says by itself.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Operation;
use super::state::{State, Status, TaskFailure};
use crate::error::ApiError;

/// A job as a [`Store`](crate::Store) keeps it, with its tasks: plain data, whatever the format.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct JobRecord {
    pub(super) spec: Arc<JobSpec>,
    /// Why it could not begin, and when that was.
    pub(super) refused: Option<(ApiError, SystemTime)>,
    pub(super) begun: Option<Begun>,
    /// In an order in which every task comes after those that it takes files from.
    pub(super) tasks: Vec<TaskRecord>,
}

/// What never changes of a job.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct JobSpec {
    pub(crate) id: String,
    /// Whose it is.
    pub(crate) key: String,
    pub(crate) shape: Shape,
    /// What its creation asked for, in the words of the version of the API that was asked.
    pub(crate) asked: Value,
    pub(crate) created: SystemTime,
    /// The folders of its tasks are in it.
    pub(crate) folder: PathBuf,
}

/// What a job is to those who ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Shape {
    /// Tasks that were named.
    Graph,
    /// One task, which is shown alone.
    Single,
    /// An import, work and, where there is an output, an export: known before its tasks are. What failed leaves no files.
    Process,
}

/// What a job has once it runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Begun {
    /// What the client knows it by.
    pub(crate) tag: Option<Value>,
    /// The address under which the client that began it reached the service.
    pub(crate) base: String,
    /// Who is to be told of its end.
    pub(crate) tell: Option<reqwest::Url>,
    pub(crate) at: SystemTime,
}

/// A task, and where it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct TaskRecord {
    pub(super) spec: Arc<TaskSpec>,
    pub(super) state: State,
}

/// What never changes of a task.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TaskSpec {
    pub(crate) id: String,
    /// Its name within its job.
    pub(crate) name: Option<String>,
    pub(crate) operation: Operation,
    /// What was asked for, in the words of the version of the API that was asked.
    pub(crate) payload: Map<String, Value>,
    /// The tasks whose files it takes, by their IDs.
    pub(crate) takes: Vec<String>,
    /// Whether its failure leaves its job alone.
    pub(crate) ignore_error: bool,
    /// The task that it repeats.
    pub(crate) retry_of: Option<String>,
    pub(crate) created: SystemTime,
    /// Everything of the task is in this folder, which is there once there is something.
    pub(crate) folder: PathBuf,
}

impl JobRecord {
    pub(super) const fn new(spec: Arc<JobSpec>) -> Self {
        Self { spec, refused: None, begun: None, tasks: Vec::new() }
    }

    /// The ID of the job.
    pub fn id(&self) -> &str {
        &self.spec.id
    }

    /// The API key that created it.
    pub fn key(&self) -> &str {
        &self.spec.key
    }

    /// The IDs of its tasks.
    pub fn task_ids(&self) -> impl Iterator<Item = &str> {
        self.tasks.iter().map(|task| task.spec.id.as_str())
    }

    pub(super) fn task(&self, id: &str) -> Option<&TaskRecord> {
        self.tasks.iter().find(|task| task.spec.id == id)
    }

    pub(super) fn task_mut(&mut self, id: &str) -> Option<&mut TaskRecord> {
        self.tasks.iter_mut().find(|task| task.spec.id == id)
    }

    /// Whether everything has ended, well or badly.
    pub(super) fn has_ended(&self) -> bool {
        match self.begun {
            Some(_) => self.tasks.iter().all(|task| task.state.status.has_ended()),
            None => self.refused.is_some(),
        }
    }

    /// Where the job is, read from its tasks.
    pub(super) fn status(&self) -> Status {
        if !self.tasks.iter().all(|task| task.state.status.has_ended()) {
            // A task that was cancelled before it began, began nothing.
            return if self.started().is_some() { Status::Processing } else { Status::Waiting };
        }
        let failed = |task: &TaskRecord| task.state.status == Status::Error && !task.spec.ignore_error;
        if self.tasks.iter().any(failed) { Status::Error } else { Status::Finished }
    }

    /// Why it failed, if it did: of the task that did not only follow others.
    pub(super) fn failure(&self) -> Option<&TaskFailure> {
        let counts = self.tasks.iter().filter(|task| !task.spec.ignore_error);
        let mut failures = counts.filter_map(|task| task.state.failure.as_ref());
        let first = failures.clone().next();
        failures.find(|failure| failure.is_cause()).or(first)
    }

    /// When its first task began.
    pub(super) fn started(&self) -> Option<SystemTime> {
        self.tasks.iter().filter_map(|task| task.state.started).min()
    }

    /// When its last task ended, once all have.
    pub(super) fn ended(&self) -> Option<SystemTime> {
        let ends: Option<Vec<_>> = self.tasks.iter().map(|task| task.state.ended).collect();
        ends?.into_iter().max()
    }

    /// When it is forgotten: so long after the last thing that happened to it.
    pub(super) fn expires(&self, keep: Duration) -> SystemTime {
        let refused = self.refused.as_ref().map(|(_, at)| *at);
        let begun = self.begun.as_ref().map(|begun| begun.at);
        let last = [begun, refused, self.ended()].into_iter().flatten().max();
        last.unwrap_or(self.spec.created).max(self.spec.created) + keep
    }

    /// Whether it has ended and holds nothing that anybody could still fetch.
    pub(super) fn is_spent(&self) -> bool {
        let is_fetched = |task: &TaskRecord| {
            let result = &task.state.result;
            result.facts.is_none() && result.served.iter().all(|file| file.downloaded)
        };
        self.has_ended() && self.tasks.iter().all(is_fetched)
    }

    /// Whether it counts among the jobs that its key may have at once.
    pub(super) fn is_parallel(&self) -> bool {
        self.spec.shape == Shape::Graph && !self.has_ended()
    }
}
