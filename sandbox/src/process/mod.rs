//! A process: what it was asked for, where it is, and its files.

mod hold;
mod output;
mod status;
mod table;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::engine::Progress;
use crate::error::ApiError;
use crate::incoming::Received;
use crate::job::Job;
use crate::names::{Unique, random_id};

pub(crate) use hold::Hold;
pub(crate) use output::{Output, Served};
pub(crate) use status::{date, now};
pub(crate) use table::Processes;

/// One process. What changes is in `state`, which can be awaited.
pub(crate) struct Process {
    pub(crate) id: String,
    /// The token of the upload URL, which tells nothing about the process.
    pub(crate) upload_token: String,
    pub(crate) download_token: String,
    pub(crate) key: String,
    pub(crate) input_format: String,
    /// Everything of the process is in this folder, which is there once there is something.
    pub(crate) folder: PathBuf,
    /// Cancelled when the process is deleted.
    pub(crate) deleted: CancellationToken,
    pub(crate) progress: Progress,
    /// How much goes on that must not be cut off: a conversion, uploads, downloads.
    busy: watch::Sender<usize>,
    pub(crate) state: watch::Sender<State>,
}

/// Where the API says that a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Input,
    Wait,
    Convert,
    Output,
    Finished,
    Error,
}

impl Step {
    pub(crate) const fn as_str(self) -> &'static str {
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

/// What changes during the life of a process.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// None before the start.
    pub(crate) step: Option<Step>,
    /// A start was refused, and there was no other yet.
    refused: bool,
    pub(crate) message: String,
    /// What create asked for; what the start asked for, once there was one.
    pub(crate) job: Job,
    pub(crate) inputs: Vec<InputFile>,
    pub(crate) output: Option<Output>,
    /// What a process in mode `info` found out.
    pub(crate) info: Option<Value>,
    /// Why it ended in step `error`.
    pub(crate) failure: Option<ApiError>,
    /// When it started and ended, in Unix seconds.
    pub(crate) starttime: u64,
    pub(crate) endtime: u64,
    /// When it is forgotten.
    pub(crate) expire: Instant,
    pub(crate) downloads: u32,
}

/// An input. On disk its name is another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct InputFile {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) size: u64,
}

impl State {
    pub(crate) fn ended(&self) -> bool {
        matches!(self.step, Some(Step::Finished | Step::Error))
    }

    /// Whether the process can be started; an error that says why not.
    pub(crate) fn awaits_start(&self) -> Result<(), ApiError> {
        if self.step.is_none() || self.refused {
            return Ok(());
        }
        Err(ApiError::bad_request("The process was started already; a process serves one conversion once"))
    }

    fn end(&mut self, result: Result<(), ApiError>, keep: Duration) {
        self.endtime = now(SystemTime::now());
        if self.step.is_none() {
            self.starttime = self.endtime;
        }
        self.expire = Instant::now() + keep;
        match result {
            Ok(()) => {
                self.step = Some(Step::Finished);
                "Conversion finished!".clone_into(&mut self.message);
            }
            Err(error) => {
                self.step = Some(Step::Error);
                self.message.clone_from(&error.message);
                self.failure = Some(error);
            }
        }
    }

    /// The bytes of all inputs.
    pub(crate) fn input_size(&self) -> u64 {
        self.inputs.iter().map(|file| file.size).sum()
    }

    /// How many uploads are still to come.
    pub(crate) fn missing_uploads(&self) -> usize {
        self.job.expects_uploads().unwrap_or(0).saturating_sub(self.inputs.len())
    }

    /// Whether it has ended and holds nothing that anybody could still fetch.
    pub(crate) fn is_spent(&self) -> bool {
        let fetched = self.output.as_ref().is_none_or(|output| output.whole.downloaded);
        self.ended() && self.info.is_none() && fetched
    }

    /// Whether the process waits for an upload; an error that says why not.
    pub(crate) fn awaits_upload(&self) -> Result<(), ApiError> {
        let expected = self.job.expects_uploads().unwrap_or(0);
        if self.step == Some(Step::Input) && self.inputs.len() < expected {
            return Ok(());
        }
        Err(self.failure.clone().unwrap_or_else(|| match self.inputs.len() {
            0 => ApiError::bad_request("The process does not wait for an upload"),
            _ => ApiError::bad_request("The input was uploaded already"),
        }))
    }
}

impl Process {
    pub(crate) fn new(data: &Path, key: &str, input_format: String, job: Job, keep: Duration) -> Self {
        let id = random_id();
        let deleted = CancellationToken::new();
        Self {
            folder: data.join(&id),
            id,
            upload_token: random_id(),
            download_token: random_id(),
            key: key.to_owned(),
            input_format,
            progress: Progress::new(deleted.child_token()),
            deleted,
            busy: watch::Sender::new(0),
            state: watch::Sender::new(State {
                step: None,
                refused: false,
                message: "The process was created".to_owned(),
                job,
                inputs: Vec::new(),
                output: None,
                info: None,
                failure: None,
                starttime: 0,
                endtime: 0,
                expire: Instant::now() + keep,
                downloads: 0,
            }),
        }
    }

    /// The beginning of its ID, by which people find it in the log. Nobody can use a process who knows no more.
    pub(crate) fn short_id(&self) -> &str {
        &self.id[..6]
    }

    /// Begins with step `input`. A process serves one conversion once.
    pub(crate) fn start(&self, job: Job, keep: Duration) -> Result<(), ApiError> {
        let mut started = Ok(());
        self.state.send_if_modified(|state| {
            started = state.awaits_start();
            if started.is_err() {
                return false;
            }
            state.step = Some(Step::Input);
            (state.refused, state.failure, state.endtime) = (false, None, 0);
            state.message = match job.expects_uploads() {
                Some(_) => "Waiting for the upload of input files".to_owned(),
                None => "Reading the input file".to_owned(),
            };
            state.starttime = now(SystemTime::now());
            state.expire = Instant::now() + keep;
            state.job = job;
            true
        });
        started
    }

    /// Notes why a start was refused. Until there is a better one, the process has ended so: clients wait for that.
    pub(crate) fn refuse(&self, error: &ApiError, keep: Duration) {
        self.state.send_if_modified(|state| {
            if state.awaits_start().is_err() {
                return false;
            }
            (state.step, state.refused) = (None, true);
            state.end(Err(error.clone()), keep);
            true
        });
    }

    pub(crate) fn step(&self, step: Step, message: &str) {
        self.state.send_if_modified(|state| {
            if state.ended() {
                return false;
            }
            state.step = Some(step);
            message.clone_into(&mut state.message);
            true
        });
    }

    /// Whether nobody will want its files any more.
    pub(crate) fn is_over(&self) -> bool {
        self.deleted.is_cancelled() || self.state.borrow().failure.is_some()
    }

    /// Ends the process, unless it has ended already. What failed keeps no files.
    pub(crate) fn end(&self, result: Result<(), ApiError>, keep: Duration) {
        self.state.send_if_modified(|state| {
            if state.ended() {
                return false;
            }
            if result.is_err() {
                self.delete_files();
            }
            state.end(result, keep);
            true
        });
    }

    /// Waits until the process has ended.
    pub(crate) async fn ended(&self) {
        let _ = self.state.subscribe().wait_for(State::ended).await;
    }

    /// Takes inputs over, under names of which no two are the same. Whether that were all.
    pub(crate) fn add_inputs(&self, received: Vec<Received>) -> Result<bool, ApiError> {
        let mut result = Ok(false);
        self.state.send_if_modified(|state| {
            let expected = state.job.expects_uploads();
            if expected.is_some()
                && let Err(error) = state.awaits_upload()
            {
                result = Err(error);
                return false;
            }
            let count = state.inputs.len() + received.len();
            if count > 1 && !state.job.mode.takes_several() {
                let message = format!("A conversion in mode {} has one input file", state.job.mode.as_str());
                result = Err(ApiError::bad_request(message));
                return false;
            }
            let mut names = Unique::default();
            for input in &state.inputs {
                names.take(&input.name);
            }
            let kept = received.into_iter().map(|file| {
                let given = state.job.filename.clone().filter(|_| state.inputs.is_empty());
                let name = names.take(&file.name(given.as_deref(), &self.input_format));
                state.inputs.push(file.keep(&self.folder, &self.input_format, name)?);
                Ok(())
            });
            result = kept
                .collect::<std::io::Result<()>>()
                .map_err(ApiError::io)
                .map(|()| expected.is_none_or(|expected| state.inputs.len() >= expected));
            // Deleted meanwhile: then nobody else removes what was just kept.
            if self.deleted.is_cancelled() {
                self.delete_files();
            }
            true
        });
        result
    }

    /// Cancels what runs and deletes all files. Whoever waits for the process learns that it is gone.
    pub(crate) fn delete(&self) {
        self.deleted.cancel();
        self.end(Err(ApiError::new(404, "The process was deleted")), Duration::ZERO);
        self.delete_files();
    }

    pub(crate) fn delete_files(&self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
