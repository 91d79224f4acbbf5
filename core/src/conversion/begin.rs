//! Where conversions begin.

use super::Conversion;
use super::downloads::Downloads;
use super::endings::Ending;
use super::flight::Flight;
use super::meter::Meter;
use super::patience::Patience;
use super::setup::{Goal, Setup};
use super::steps::At;
use super::ticket;
use super::uploads::Uploads;
use super::watch::Watched;
use crate::api::Api;
use crate::error::Error;
use crate::job::{Input, InputFile, Job};
use crate::option::wrong;
use crate::policy::{Policy, UploadMethod, Watch};
use crate::text::digits;
use crate::wire::report::{Remote, Report};
use crate::wire::step::Step;

impl Conversion {
    /// A conversion of this job. The seed spreads its retries: give every conversion another one.
    ///
    /// # Errors
    /// `bad_request` for a job that contradicts itself or the policy.
    pub fn new(api: &Api, mut job: Job, policy: Policy, seed: u64) -> Result<Self, Error> {
        job.check()?;
        if policy.watch == Watch::Callback && job.callback.is_none() {
            return Err(Error::bad_request(
                "to wait for a callback the job needs the URL of one, as `callback`",
            ));
        }
        adapt(api, &mut job, &policy)?;
        let mut conversion = Self::at(Step::Create, Goal::Finish, api, policy, seed);
        conversion.remote.mark = api.wire().mark(&mut conversion.patience.backoff.random);
        conversion.setup.job = Some(Box::new(job));
        Ok(conversion)
    }

    /// Creates and starts what waits for an upload. For backends whose pages upload and follow by themselves: the output
    /// has a [`ticket`](super::Output::ticket) for them.
    ///
    /// # Errors
    /// `bad_request` for a job whose input is not an upload.
    pub fn prepare(api: &Api, job: Job, policy: Policy, seed: u64) -> Result<Self, Error> {
        if !matches!(job.input, Input::Upload { .. }) {
            return Err(Error::bad_request("only an upload can be prepared: set `input` to upload"));
        }
        let mut conversion = Self::new(api, job, policy, seed)?;
        conversion.setup.goal = Goal::Prepare;
        Ok(conversion)
    }

    /// Only the upload, for pages that were given the ticket of what a backend prepared, or the upload URL of a process.
    ///
    /// # Errors
    /// `bad_request` for something that is neither, `untrusted_url` for a URL on another host.
    pub fn upload(
        api: &Api,
        ticket: &str,
        mut files: Vec<InputFile>,
        mut policy: Policy,
        seed: u64,
    ) -> Result<Self, Error> {
        if files.is_empty() || files.iter().any(|file| file.name.is_empty()) {
            return Err(Error::bad_request("an upload needs a file with a name"));
        }
        check_upload(api, &files, &policy)?;
        let (targets, remote) = ticket::targets(api, ticket, &mut files)?;
        if let Some(target) = targets.iter().find(|target| target.files.start >= files.len()) {
            let missing = ["the upload needs ", &digits(target.files.start as u64 + 1), " files"].concat();
            return Err(Error::bad_request(missing));
        }
        // What belongs to another program is not deleted when its upload fails.
        policy.delete = false;
        let mut conversion = Self::at(Step::Upload, Goal::Upload, api, policy, seed);
        conversion.setup.files = files;
        conversion.uploads = Uploads::of(targets);
        conversion.remote = remote;
        Ok(conversion)
    }

    /// Follows what another program created, by its ticket or its URL, then downloads and deletes as the policy says.
    ///
    /// # Errors
    /// As [`Conversion::upload`].
    pub fn follow(api: &Api, ticket: &str, policy: Policy, seed: u64) -> Result<Self, Error> {
        let remote = ticket::remote(api, ticket)?;
        Ok(Self { remote, ..Self::at(Step::Follow, Goal::Finish, api, policy, seed) })
    }

    /// Only the deletion, by ticket or URL: cancels it if it runs.
    ///
    /// # Errors
    /// As [`Conversion::upload`].
    pub fn delete(api: &Api, ticket: &str, policy: Policy, seed: u64) -> Result<Self, Error> {
        let mut conversion = Self::follow(api, ticket, policy, seed)?;
        conversion.setup.goal = Goal::Delete;
        conversion.ending = Some(Ending::Done(Box::new(Ok(conversion.output()))));
        // Where what runs is stopped part by part, it is asked first which those are.
        (conversion.at.step, conversion.at.checking) =
            if api.wire().stops_parts() { (Step::Check, Step::Delete) } else { (Step::Delete, Step::Start) };
        Ok(conversion)
    }

    /// Gives a restored conversion the content and the credentials that a saved state leaves out, which it needs where
    /// its process has not been started yet. It may always be called: what is not needed is ignored.
    ///
    /// # Errors
    /// `bad_request` for another job.
    pub fn supply(&mut self, mut job: Job) -> Result<(), Error> {
        let Some(known) = &self.setup.job else { return Ok(()) };
        if (&known.from, &known.to, known.mode) != (&job.from, &job.to, job.mode) {
            return Err(Error::bad_request(
                "the job does not match the saved conversion: supply the same job",
            ));
        }
        job.check()?;
        adapt(&self.setup.api, &mut job, &self.setup.policy)?;
        self.setup.job = Some(Box::new(job));
        self.setup.withheld = false;
        Ok(())
    }

    pub(super) fn at(step: Step, goal: Goal, api: &Api, policy: Policy, seed: u64) -> Self {
        Self {
            patience: Patience::new(&policy, seed),
            setup: Setup::new(api, policy, goal),
            at: At::new(step),
            flight: Flight::new(),
            remote: Remote::default(),
            report: Report::default(),
            uploads: Uploads::default(),
            downloads: Downloads::default(),
            watched: Watched::default(),
            meter: Meter::default(),
            #[cfg(feature = "calls")]
            kept: None,
            shown: None,
            ending: None,
        }
    }
}

/// Makes a job one of the service's version of the API.
///
/// # Errors
/// `bad_request` for what that version does not have.
fn adapt(api: &Api, job: &mut Job, policy: &Policy) -> Result<(), Error> {
    let uploads = if let Input::Upload { files } = &job.input { files.as_slice() } else { &[] };
    check_upload(api, uploads, policy)?;
    api.wire().check(job, policy.download)?;
    if let Input::Upload { files } = &mut job.input {
        api.wire().name_files(files, job.filename.as_deref(), &job.from);
    }
    Ok(())
}

/// Refuses a way in which these files cannot be uploaded.
pub(super) fn check_upload(api: &Api, files: &[InputFile], policy: &Policy) -> Result<(), Error> {
    if policy.upload == UploadMethod::Put && files.len() > api.wire().most_by_put() {
        return Err(wrong("upload"));
    }
    Ok(())
}
