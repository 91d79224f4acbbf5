//! What is sent in every phase, and how long its answer may take.

use super::downloads::Download as Load;
use super::rules::Phase;
use super::{Conversion, Goal};
use crate::call::Call;
use crate::error::{Code, Error};
use crate::http::{Body, Method, Request};
use crate::job::{Input, InputFile, Job};
use crate::policy::{DownloadMode, Watch};
use crate::v1::{Answer, Create, Delete, Download, Start, Status, Upload};

/// How many redirects a call may follow.
const REDIRECTS: u8 = 5;
/// How long a deletion that holds an output back may stay unanswered, in milliseconds.
const UNANSWERED: u64 = 2_000;
/// The slowest line that an upload without progress is waited for on, in bytes per millisecond: 80 kbit/s.
const SLOWEST: u64 = 10;

impl Conversion {
    /// The request of the present phase, with a new ID.
    pub(super) fn request(&mut self) -> Result<Request, Error> {
        let mut request = self.build()?;
        if let Some(location) = &self.location {
            request.url.clone_from(location);
        }
        if let Body::Stream { len, .. } = &request.body {
            self.total = *len;
        }
        self.next_id += 1;
        request.id = self.next_id;
        Ok(request)
    }

    fn build(&mut self) -> Result<Request, Error> {
        let api = &self.api;
        let process = self.process_url.as_deref().unwrap_or_default();
        match self.phase {
            Phase::Create => Create { job: self.whole_job()? }.request(api),
            Phase::Start => {
                let job = self.whole_job()?;
                let save = job.save || self.downloads_outputs() || self.goal == Goal::Prepare;
                Start { url: process, job, save, answer: Answer::Started }.request(api)
            }
            Phase::Upload => {
                let seed = self.backoff.random.next();
                let url = self.upload_url.as_deref().unwrap_or_default();
                Upload { url, files: self.uploads(), method: self.policy.upload, seed }.request(api)
            }
            Phase::Check => Status { url: process, wait: false }.request(api),
            Phase::Follow => Status { url: process, wait: self.waits() }.request(api),
            Phase::Download => {
                self.offset = self.downloads.get(self.current).map_or(0, Load::offset);
                self.download()
            }
            Phase::Delete => Delete { url: process }.request(api),
        }
    }

    fn download(&self) -> Result<Request, Error> {
        let nothing = || Error::invalid("the service finished the conversion without an output to download");
        let download = self.downloads.get(self.current).ok_or_else(nothing)?;
        let url = self.status.output.as_ref().and_then(|output| output.url.as_deref()).ok_or_else(nothing)?;
        let url = self.api.resolve(url)?;
        Download {
            url: &url,
            file: download.file.as_deref(),
            name: &download.name,
            size: download.size,
            offset: download.offset(),
            version: download.version(),
            inline: false,
        }
        .request(&self.api)
    }

    /// The job, which after a restore may lack its content.
    fn whole_job(&self) -> Result<&Job, Error> {
        let job = self.job.as_deref().filter(|_| !self.withheld);
        job.ok_or_else(|| {
            Error::new(
                Code::Input,
                "a saved conversion holds neither its content nor the keys to a storage; supply the job once more",
            )
        })
    }

    /// What is uploaded.
    pub(super) fn uploads(&self) -> &[InputFile] {
        match self.job.as_deref() {
            Some(Job { input: Input::Upload { files }, .. }) => files,
            _ => &self.uploads,
        }
    }

    /// Whether there will be something to download: not where the output goes to a storage.
    pub(super) fn downloads_outputs(&self) -> bool {
        let stored = self.job.as_ref().is_some_and(|job| job.output.is_some());
        self.policy.download != DownloadMode::None && !stored
    }

    /// Whether the present call is a long poll.
    pub(super) fn waits(&self) -> bool {
        self.phase == Phase::Follow && self.policy.watch == Watch::Result
    }

    /// How long the present call may stay silent.
    pub(super) fn patience(&self) -> u64 {
        match self.phase {
            Phase::Upload | Phase::Download => self.policy.idle_timeout,
            Phase::Follow if self.waits() => self.policy.long_poll,
            // A verified output is not held back for long.
            Phase::Delete if self.has_succeeded() => UNANSWERED.min(self.policy.request_timeout),
            _ => self.policy.request_timeout,
        }
    }

    /// How long the present upload may take where nobody is told how far it is.
    pub(super) fn uncounted_patience(&self) -> u64 {
        let sending = self.total.map_or(u64::MAX, |total| total / SLOWEST);
        self.policy.idle_timeout.saturating_add(sending)
    }

    /// Whether a redirect of the present call may be followed: only reading is repeated elsewhere, and the key never.
    pub(super) fn may_redirect(&self, method: Method) -> bool {
        method == Method::Get && self.redirects < REDIRECTS
    }
}
