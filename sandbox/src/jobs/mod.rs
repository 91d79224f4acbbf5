//! Jobs made of tasks: imports, work, exports. Each task runs as soon as the tasks that it takes its files from have ended.
//!
//! `plan` reads what is asked for, `table` keeps it, `run` takes every task through its life; `import`, `work` and
//! `export` are what a task can do. `webhook` tells of a job's end.

mod export;
mod import;
mod operation;
mod plan;
mod run;
mod sign;
mod table;
mod task;
mod webhook;
mod work;

use std::sync::Arc;
use std::time::SystemTime;

pub(crate) use export::Link;
pub(crate) use import::take as import_files;
pub(crate) use operation::Operation;
pub(crate) use plan::{Invalid, Plan, single};
pub(crate) use run::{spawn_job, spawn_task};
pub(crate) use sign::Signer;
pub(crate) use table::Jobs;
pub(crate) use task::{Ended, Status, Task, TaskFailure, TaskFile};
pub(crate) use webhook::{Hook, Hooks};

/// Some tasks that belong together.
pub(crate) struct Job {
    pub(crate) id: String,
    /// Whose it is.
    pub(crate) key: String,
    pub(crate) tag: Option<String>,
    pub(crate) webhook_url: Option<reqwest::Url>,
    /// The address under which the client that created it reached the service.
    pub(crate) base: String,
    pub(crate) created: SystemTime,
    /// In the order of the request.
    pub(crate) tasks: Vec<Arc<Task>>,
}

impl Job {
    /// Where the job is, read from its tasks.
    pub(crate) fn status(&self) -> Status {
        let states: Vec<_> = self.tasks.iter().map(|task| (task.status(), task.ignore_error)).collect();
        let failed = |(status, ignored): &(Status, bool)| *status == Status::Error && !ignored;
        if !states.iter().all(|(status, _)| status.has_ended()) {
            let begun = states.iter().any(|(status, _)| *status != Status::Waiting);
            return if begun { Status::Processing } else { Status::Waiting };
        }
        if states.iter().any(failed) { Status::Error } else { Status::Finished }
    }

    /// When its first task began.
    pub(crate) fn started(&self) -> Option<SystemTime> {
        self.tasks.iter().filter_map(|task| task.state.borrow().started).min()
    }

    /// When its last task ended, once all have.
    pub(crate) fn ended(&self) -> Option<SystemTime> {
        let ends: Option<Vec<_>> = self.tasks.iter().map(|task| task.state.borrow().ended).collect();
        ends?.into_iter().max()
    }

    /// Waits until all tasks have ended.
    pub(crate) async fn wait(&self) {
        for task in &self.tasks {
            task.wait().await;
        }
    }
}
