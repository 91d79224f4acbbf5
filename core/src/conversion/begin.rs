//! Where conversions begin.

use super::meter::Meter;
use super::rules::Phase;
use super::watch::Watched;
use super::{Conversion, Ending, Goal, Turn};
use crate::api::Api;
use crate::backoff::Backoff;
use crate::error::Error;
use crate::http::Timestamp;
use crate::job::{Input, InputFile, Job};
use crate::policy::{Policy, Watch};
use crate::v1::StatusReply;

impl Conversion {
    /// A conversion of this job. The seed spreads its retries: give every conversion another one.
    ///
    /// # Errors
    /// `bad_request` for a job that contradicts itself or the policy.
    pub fn new(api: &Api, job: Job, policy: Policy, seed: u64) -> Result<Self, Error> {
        job.check()?;
        if policy.watch == Watch::Callback && job.callback.is_none() {
            return Err(Error::bad_request(
                "to wait for a callback the job needs the URL of one, as `callback`",
            ));
        }
        Ok(Self { job: Some(Box::new(job)), ..Self::at(Phase::Create, Goal::Finish, api, policy, seed) })
    }

    /// Creates and starts a process that waits for an upload. For backends whose pages upload and follow by themselves:
    /// the output has the process URL and the upload URL.
    ///
    /// # Errors
    /// `bad_request` for a job whose input is not an upload.
    pub fn prepare(api: &Api, job: Job, policy: Policy, seed: u64) -> Result<Self, Error> {
        if !matches!(job.input, Input::Upload { .. }) {
            return Err(Error::bad_request("only an upload can be prepared"));
        }
        Ok(Self { goal: Goal::Prepare, ..Self::new(api, job, policy, seed)? })
    }

    /// Only the upload, for pages that were given the upload URL of a process.
    ///
    /// # Errors
    /// `bad_request` for something that is not a URL, `untrusted_url` for one on another host.
    pub fn upload(
        api: &Api,
        upload_url: &str,
        files: Vec<InputFile>,
        policy: Policy,
        seed: u64,
    ) -> Result<Self, Error> {
        if files.is_empty() || files.iter().any(|file| file.name.is_empty()) {
            return Err(Error::bad_request("an upload needs a file, and every file a name"));
        }
        Ok(Self {
            upload_url: Some(api.resolve(upload_url)?),
            uploads: files,
            ..Self::at(Phase::Upload, Goal::Upload, api, policy, seed)
        })
    }

    /// Follows a process that another program created, then downloads and deletes as the policy says.
    ///
    /// # Errors
    /// As [`Conversion::upload`].
    pub fn follow(api: &Api, process_url: &str, policy: Policy, seed: u64) -> Result<Self, Error> {
        Ok(Self {
            process_url: Some(api.resolve(process_url)?),
            ..Self::at(Phase::Follow, Goal::Finish, api, policy, seed)
        })
    }

    /// Only the deletion of a process: cancels it if it runs.
    ///
    /// # Errors
    /// As [`Conversion::upload`].
    pub fn delete(api: &Api, process_url: &str, policy: Policy, seed: u64) -> Result<Self, Error> {
        let follow = Self::follow(api, process_url, policy, seed)?;
        let ending = Some(Ending::Done(Box::new(Ok(follow.output()))));
        Ok(Self { phase: Phase::Delete, goal: Goal::Delete, ending, ..follow })
    }

    /// Gives a restored conversion the content and the credentials that a saved state leaves out, which it needs where
    /// its process has not been started yet. It does no harm where they are not needed.
    ///
    /// # Errors
    /// `bad_request` for another job.
    pub fn supply(&mut self, job: Job) -> Result<(), Error> {
        let Some(known) = &self.job else { return Ok(()) };
        if (&known.from, &known.to, known.mode) != (&job.from, &job.to, job.mode) {
            return Err(Error::bad_request("this is another job than the one that was saved"));
        }
        job.check()?;
        self.job = Some(Box::new(job));
        self.withheld = false;
        Ok(())
    }

    pub(super) fn at(phase: Phase, goal: Goal, api: &Api, policy: Policy, seed: u64) -> Self {
        let backoff = Backoff::new(&policy, seed);
        Self {
            api: api.clone(),
            policy,
            goal,
            job: None,
            withheld: false,
            uploads: Vec::new(),
            phase,
            turn: Turn::Ready,
            backoff,
            checking: Phase::Start,
            refused: None,
            process_id: None,
            process_url: None,
            upload_url: None,
            known: false,
            failing: None,
            location: None,
            redirects: 0,
            status: StatusReply::default(),
            downloads: Vec::new(),
            current: 0,
            offset: 0,
            ending: None,
            next_id: 0,
            begun: None,
            watched: Watched::default(),
            sent_at: 0,
            sent: 0,
            total: None,
            meter: Meter::default(),
            shown: None,
            deadline: Timestamp::MAX,
            last: None,
            notice: String::new(),
            throttled: None,
        }
    }
}
