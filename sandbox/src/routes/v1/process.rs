//! A process: a job of a fixed shape, as version 1 shows it.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::asked::Wish;
use super::words;
use crate::error::ApiError;
use crate::jobs::{Job, Jobs, Operation, Shape, Status, Task, Work};

/// A job that has, once it is started, an import, work and an export; none where there is only something to find out.
#[derive(Clone)]
pub(super) struct Process(pub(super) Arc<Job>);

/// Where the API says that a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Input,
    Wait,
    Convert,
    Output,
    Finished,
    Error,
}

impl Step {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Wait => "wait",
            Self::Convert => "convert",
            Self::Output => "output",
            Self::Finished => "finished",
            Self::Error => "error",
        }
    }
}

impl Process {
    pub(super) fn is(job: &Job) -> bool {
        job.shape == Shape::Process
    }

    pub(super) fn by_id(jobs: &Jobs, id: &str) -> Option<Self> {
        jobs.job(id).filter(|job| Self::is(job)).map(Self)
    }

    /// What its creation asked for.
    pub(super) fn wish(&self) -> Wish {
        Wish::of(&self.0)
    }

    pub(super) fn url(&self, host: &str) -> String {
        format!("//{host}/process/{}", self.0.id)
    }

    pub(super) fn import(&self) -> Option<&Arc<Task>> {
        self.0.tasks().first()
    }

    pub(super) fn work(&self) -> Option<(&Arc<Task>, &Work)> {
        self.0.tasks().iter().find_map(|task| match &task.operation {
            Operation::Work(work) => Some((task, work)),
            _ => None,
        })
    }

    pub(super) fn export(&self) -> Option<&Arc<Task>> {
        self.0.tasks().iter().find(|task| matches!(task.operation, Operation::Export(_)))
    }

    /// None before the start. The first task that has not ended says where it is.
    pub(super) fn step(&self) -> Option<Step> {
        if self.failure().is_some() {
            return Some(Step::Error);
        }
        self.0.begun()?;
        Some(self.0.tasks().iter().find(|task| !task.status().has_ended()).map_or(Step::Finished, |task| {
            match task.operation {
                Operation::Receive { .. } | Operation::Fetch { .. } => Step::Input,
                // Without need there is no step `wait`.
                Operation::Work(_) if task.status() == Status::Waiting => {
                    if task.read(|state| state.queued) {
                        Step::Wait
                    } else {
                        Step::Input
                    }
                }
                Operation::Work(_) => Step::Convert,
                Operation::Export(_) => Step::Output,
            }
        }))
    }

    /// Why it ended in an error, once it has.
    pub(super) fn failure(&self) -> Option<ApiError> {
        if self.0.removed.is_cancelled() {
            return Some(ApiError::new(404, "The process was deleted"));
        }
        if self.0.begun().is_none() {
            return self.0.refusal().map(|(error, _)| error);
        }
        let failed = self.0.has_ended() && self.0.status() == Status::Error;
        failed.then(|| self.0.failure()).flatten().map(words::error)
    }

    /// When it was started, and when it ended.
    pub(super) fn times(&self) -> (Option<SystemTime>, Option<SystemTime>) {
        if let Some(begun) = self.0.begun() {
            return (Some(begun.at), self.0.ended());
        }
        let refused = self.0.refusal().map(|(_, at)| at);
        (refused, refused)
    }

    /// Whether the process can be started; an error that says why not.
    pub(super) fn awaits_start(&self) -> Result<(), ApiError> {
        if self.0.begun().is_none() {
            return Ok(());
        }
        Err(ApiError::bad_request("The process was started already; a process serves one conversion once"))
    }

    /// Whether the process waits for an upload; an error that says why not.
    pub(super) fn awaits_upload(&self) -> Result<(), ApiError> {
        let import = self.import().filter(|task| matches!(task.operation, Operation::Receive { .. }));
        if import.is_some_and(|task| task.missing() > 0) {
            return Ok(());
        }
        let came = import.is_some_and(|task| !task.read(|state| state.result.files.is_empty()));
        Err(self.failure().unwrap_or_else(|| {
            let why = if came {
                "The input was uploaded already"
            } else {
                "The process does not wait for an upload"
            };
            ApiError::bad_request(why)
        }))
    }
}

/// Unix time in seconds.
pub(super) fn unix(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// As the process list and the answer to create write a time: `2013-01-07 23:03:53`.
pub(super) fn date(time: SystemTime) -> String {
    let whole = UNIX_EPOCH + Duration::from_secs(unix(time));
    humantime::format_rfc3339_seconds(whole).to_string().replace('T', " ").replace('Z', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_the_documentation_shows() {
        assert_eq!(date(UNIX_EPOCH + Duration::from_secs(1_357_599_833)), "2013-01-07 23:03:53");
    }
}
