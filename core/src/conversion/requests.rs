//! What is sent in every step, and how long its answer may take.

use super::Conversion;
use super::setup::Goal;
use crate::error::Error;
use crate::http::Request;
use crate::policy::Watch;
use crate::wire::report::Part;
use crate::wire::step::Step;

/// How long a deletion that holds an output back may stay unanswered, in milliseconds.
const UNANSWERED: u64 = 2_000;

impl Conversion {
    /// The request of the present step, with a new ID.
    pub(super) fn request(&mut self) -> Result<Request, Error> {
        let mut request = self.build()?;
        request.cleans_up = self.tidies();
        Ok(self.flight.prepare(request))
    }

    fn build(&mut self) -> Result<Request, Error> {
        let (setup, remote) = (&self.setup, &self.remote);
        let (wire, api) = (setup.wire(), &setup.api);
        match self.at.step() {
            Step::Create => wire.create(api, setup.whole_job()?, remote, setup.policy.download),
            Step::Find => wire.find(api, setup.known_job()?, self.at.page),
            Step::Start => {
                let job = setup.whole_job()?;
                let save = job.save || setup.downloads() || setup.goal() == Goal::Prepare;
                wire.start(api, job, remote, save)
            }
            Step::Upload => {
                let target = self.uploads.present().ok_or_else(no_target)?;
                Ok(wire.upload(target, setup.files(), setup.policy.upload, &mut self.patience.backoff.random))
            }
            Step::Check => wire.ask(api, remote, false),
            Step::Follow => wire.ask(api, remote, self.waits()),
            Step::Download => self.download(),
            Step::Cancel => wire.cancel(api, self.report.live.first().map_or("", String::as_str)),
            Step::Delete => wire.delete(api, remote),
        }
    }

    fn download(&mut self) -> Result<Request, Error> {
        #[cfg(feature = "calls")]
        self.check_places()?;
        if self.patience.backoff.attempt > 0 {
            self.downloads.in_one();
        }
        let nothing = || Error::invalid("there is no output to download: check the options of the job");
        let artifacts = self.report.outcome().map_or(&[][..], |outcome| outcome.artifacts());
        let artifact =
            artifacts.get(self.downloads.current as usize).filter(|artifact| artifact.url.is_some());
        let artifact = artifact.ok_or_else(nothing)?;
        let download = self.downloads.present().ok_or_else(nothing)?;
        let part = Part {
            name: &download.name,
            size: download.size,
            offset: download.offset(),
            version: download.version(),
        };
        let request = self.setup.wire().download(&self.setup.api, artifact, part)?;
        let (offset, request) = (part.offset, download.limited(request));
        self.downloads.offset = offset;
        Ok(request)
    }

    /// Whether the present call is a long poll.
    pub(super) fn waits(&self) -> bool {
        self.at.step() == Step::Follow && self.setup.watch() == Watch::Result
    }

    /// How long the present call may stay silent, in milliseconds.
    pub(super) fn silence(&self) -> u64 {
        let policy = &self.setup.policy;
        match self.at.step() {
            Step::Upload | Step::Download => policy.idle_timeout,
            Step::Follow if self.waits() => policy.long_poll,
            // A verified output is not held back for long.
            _ if self.tidies() && self.has_succeeded() => UNANSWERED.min(policy.request_timeout),
            _ => policy.request_timeout,
        }
    }

    /// How long the present upload may take where its progress is not told, in milliseconds.
    pub(super) fn uncounted_silence(&self) -> u64 {
        self.setup.policy.idle_timeout.saturating_add(self.flight.uncounted())
    }
}

pub(super) fn no_target() -> Error {
    Error::invalid("the service waits for an upload but names no upload URL: check the base URL")
}
