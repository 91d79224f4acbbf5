//! What changes during the life of a task, and what it leaves when it ends.

use std::borrow::Cow;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Served;
use crate::error::ApiError;
use crate::file::StoredFile;

/// Where a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) status: Status,
    /// Whether it has its inputs, and waits for a free engine.
    pub(crate) queued: bool,
    /// Why it ended in an error.
    pub(crate) failure: Option<TaskFailure>,
    /// The engine that works on it.
    pub(crate) engine: Option<Cow<'static, str>>,
    pub(crate) started: Option<SystemTime>,
    pub(crate) ended: Option<SystemTime>,
    pub(crate) result: Ended,
    /// How often its files were downloaded as a whole.
    pub(crate) downloads: u32,
    /// What was lost on the way, once it has ended.
    pub(crate) warnings: Vec<String>,
    /// Whether nobody is to find it any more.
    pub(crate) deleted: bool,
}

impl State {
    pub(super) const fn new() -> Self {
        Self {
            status: Status::Waiting,
            queued: false,
            failure: None,
            engine: None,
            started: None,
            ended: None,
            result: Ended { files: Vec::new(), served: Vec::new(), facts: None, output: None },
            downloads: 0,
            warnings: Vec::new(),
            deleted: false,
        }
    }

    /// Of a task that is not kept any more.
    pub(super) fn gone() -> Self {
        Self { status: Status::Error, failure: Some(TaskFailure::cancelled()), ..Self::new() }
    }
}

/// What a task that has ended leaves to others.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Ended {
    pub(crate) files: Vec<StoredFile>,
    /// Files that can be downloaded.
    pub(crate) served: Vec<Served>,
    /// Facts that were found out.
    pub(crate) facts: Option<Value>,
    /// What a command has said.
    pub(crate) output: Option<String>,
}

/// Why a task failed: one of the codes that clients of version 2 know, and what one of version 1 is answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TaskFailure {
    pub(crate) code: Cow<'static, str>,
    pub(crate) error: ApiError,
    /// Whether an option is wrong.
    pub(crate) of_option: bool,
}

impl TaskFailure {
    pub(crate) const fn new(code: &'static str, error: ApiError) -> Self {
        Self { code: Cow::Borrowed(code), error, of_option: false }
    }

    /// The failure of a task whose files this one needs.
    pub(crate) fn of_input(why: &str) -> Self {
        Self::new("INPUT_TASK_FAILED", ApiError::new(422, why))
    }

    pub(crate) fn cancelled() -> Self {
        Self::new("CANCELLED", ApiError::new(422, "The task was cancelled"))
    }

    /// Whether it failed by itself, and not because another one did.
    pub(crate) fn is_cause(&self) -> bool {
        self.code != "INPUT_TASK_FAILED"
    }
}
