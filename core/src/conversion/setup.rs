//! What a conversion is given and never changes on its way.

use crate::api::Api;
use crate::error::{Code, Error};
use crate::job::{Input, InputFile, Job};
use crate::policy::{DownloadMode, Policy, Watch};
use crate::version::Wire;

/// What a conversion is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// A remote conversion that waits for its upload.
    Prepare,
    /// An input that the service has.
    Upload,
    /// An output.
    Finish,
    /// A remote conversion that is gone.
    Delete,
}

#[derive(Clone, Debug)]
pub(super) struct Setup {
    pub(super) api: Api,
    pub(super) policy: Policy,
    /// Read by [`Setup::goal`].
    pub(super) goal: Goal,
    /// Read by [`Setup::job`].
    pub(super) job: Option<Box<Job>>,
    /// Whether the job was restored without its content or credentials.
    pub(super) withheld: bool,
    /// What is uploaded where there is no job.
    pub(super) files: Vec<InputFile>,
}

impl Setup {
    pub(super) fn new(api: &Api, policy: Policy, goal: Goal) -> Self {
        Self { api: api.clone(), policy, goal, job: None, withheld: false, files: Vec::new() }
    }

    pub(super) fn wire(&self) -> Wire {
        self.api.wire()
    }

    /// The job, which after a restore may lack its content.
    pub(super) fn whole_job(&self) -> Result<&Job, Error> {
        let job = self.job().filter(|_| !self.withheld);
        job.ok_or_else(|| {
            Error::new(
                Code::Input,
                "contents of files and keys to storages are not saved: supply the job once more",
            )
        })
    }

    /// The job as far as it is known.
    pub(super) fn known_job(&self) -> Result<&Job, Error> {
        self.job().ok_or_else(|| Error::invalid("the conversion has no job: begin a new one"))
    }

    /// What is uploaded.
    pub(super) fn files(&self) -> &[InputFile] {
        match self.job() {
            Some(Job { input: Input::Upload { files }, .. }) => files,
            _ => &self.files,
        }
    }

    /// Whether there will be something to download: not where the output goes to a storage.
    pub(super) fn downloads(&self) -> bool {
        let stored = self.job().is_some_and(|job| job.output.is_some());
        self.policy.download != DownloadMode::None && !stored
    }

    /// Whether the user wants the files kept on the service.
    pub(super) fn saves(&self) -> bool {
        self.job().is_some_and(|job| job.save)
    }

    /// How it is watched: by polls where the service holds no question open.
    pub(super) fn watch(&self) -> Watch {
        match self.policy.watch {
            Watch::Result if !self.wire().can_wait(&self.api) => Watch::Progress,
            watch => watch,
        }
    }
}
