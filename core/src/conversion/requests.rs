//! What is sent in every phase, and how long its answer may take.

use super::{Conversion, Goal, Phase};
use crate::error::{Code, Error};
use crate::http::{Method, Request};
use crate::job::{Input, Job};
use crate::retry::{DownloadMode, Watch};
use crate::v1::{Call, Create, Delete, Download, Start, Status, Upload};

impl Conversion {
    /// The request of the present phase, with a new ID.
    pub(super) fn request(&mut self) -> Result<Request, Error> {
        let mut request = self.build()?;
        if let Some(location) = &self.location {
            request.url.clone_from(location);
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
                let save =
                    job.save || self.policy.download != DownloadMode::None || self.goal == Goal::Prepare;
                Start { url: process, job, save }.request(api)
            }
            Phase::Upload => {
                let seed = self.backoff.random.next();
                let (name, size) = self.file.as_ref().ok_or_else(no_file)?;
                let url = self.upload_url.as_deref().unwrap_or_default();
                Upload { url, name, size: *size, method: self.policy.upload, seed }.request(api)
            }
            Phase::Check => Status { url: process, wait: false }.request(api),
            Phase::Follow => Status { url: process, wait: self.waits() }.request(api),
            Phase::Download => {
                self.offset = self.downloads.get(self.current).map_or(0, |download| download.received);
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
            offset: download.received,
        }
        .request(&self.api)
    }

    /// The job, which after a restore may lack its content.
    fn whole_job(&self) -> Result<&Job, Error> {
        let job = self.job.as_ref().ok_or_else(no_file)?;
        match job.input {
            Input::Raw { .. } | Input::Base64 { .. } if job.stripped => Err(no_file()),
            _ => Ok(job),
        }
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
            _ => self.policy.request_timeout,
        }
    }

    /// Whether a redirect of the present call may be followed: only reading is repeated elsewhere, and the key never.
    pub(super) fn may_redirect(&self, method: Method) -> bool {
        method == Method::Get && self.redirects < super::REDIRECTS
    }
}

fn no_file() -> Error {
    Error::new(Code::Input, "a saved conversion does not hold its content; start a new one with the content")
}
