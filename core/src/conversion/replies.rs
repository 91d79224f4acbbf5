//! What every answer leads to.

use super::rules::Phase;
use super::{Conversion, Download, Ending, Goal, Output, OutputFile, Turn};
use crate::call::Call;
use crate::error::{Code, Error};
use crate::fault::Fault;
use crate::http::{Method, Response, Timestamp};
use crate::job::Input;
use crate::names::safe_name;
use crate::policy::DownloadMode;
use crate::retry_after::retry_after;
use crate::v1::{Create, OutputFiles, StatusReply, Upload};

impl Conversion {
    /// A whole answer has come.
    pub(super) fn answered(&mut self, now: Timestamp, response: &Response) {
        self.reached = true;
        if self.is_late() {
            return self.answered_late(now, response);
        }
        let wait = retry_after(self.api.platform(), response, now);
        let said = match response.status {
            300..=399 => return self.redirected(now, response),
            408 | 504 if self.idled_out(now) => return self.next_poll(now),
            500..=599 if self.tells_step(response) => None,
            416 if self.phase == Phase::Download => {
                if self.is_complete(response) {
                    return self.next_download(now);
                }
                self.received(0);
                Some(Fault::Lost)
            }
            status => Fault::of_status(status).filter(|fault| *fault != Fault::Refused),
        };
        match (self.read(now, response), said) {
            (Err(mut error), Some(fault)) => {
                error.retry_after = wait;
                self.fault(now, fault, error, wait);
            }
            (Err(error), None) if response.status < 300 && error.code == Code::InvalidResponse => {
                self.fault(now, Fault::Lost, error, None);
            }
            (Err(error), None) if response.status < 300 => self.end(now, Err(error)),
            (Err(error), None) => self.fault(now, Fault::Refused, error, None),
            (Ok(()), _) => {}
        }
    }

    /// The answer to a creation has come after the end.
    fn answered_late(&mut self, now: Timestamp, response: &Response) {
        match (self.read(now, response), self.ending.take()) {
            (Ok(()), Some(Ending::Done(result))) => self.end(now, *result),
            (_, ending) => (self.ending, self.turn) = (ending, Turn::Done),
        }
    }

    /// Reads the answer to the present call and goes on.
    fn read(&mut self, now: Timestamp, response: &Response) -> Result<(), Error> {
        match self.phase {
            Phase::Create => {
                let Some(job) = &self.job else { return Ok(()) };
                let process = Create { job }.reply(&self.api, response)?;
                self.process_id = Some(process.id).filter(|id| !id.is_empty());
                self.process_url = Some(process.url);
                self.enter(Phase::Start);
            }
            Phase::Start | Phase::Check | Phase::Follow => {
                let status = StatusReply::read(&self.api, response)?;
                self.told(now, status, retry_after(self.api.platform(), response, now));
            }
            Phase::Upload => {
                let upload = Upload { url: "", files: &[], method: self.policy.upload, seed: 0 };
                upload.reply(&self.api, response)?;
                self.uploaded(now);
            }
            Phase::Download => self.downloaded(now, response)?,
            Phase::Delete => {
                crate::v1::Delete { url: "" }.reply(&self.api, response)?;
                self.cleaned_up();
            }
        }
        Ok(())
    }

    fn tells_step(&self, response: &Response) -> bool {
        let asks = matches!(self.phase, Phase::Start | Phase::Check | Phase::Follow);
        asks && StatusReply::read(&self.api, response).is_ok()
    }

    fn redirected(&mut self, now: Timestamp, response: &Response) {
        let method = match self.phase {
            Phase::Check | Phase::Follow | Phase::Download => Method::Get,
            _ => Method::Post,
        };
        let target = response.header("location").filter(|_| self.may_redirect(method)).ok_or_else(|| {
            let message = if self.redirects > 0 {
                "the service redirects in circles"
            } else {
                "the service answered with a redirect; set the base URL to where it leads"
            };
            Error { status: Some(response.status), ..Error::invalid(message) }
        });
        let base = self.location.clone().or_else(|| self.process_url.clone()).unwrap_or_default();
        match target.and_then(|target| self.api.resolve_from(&base, target)) {
            Ok(target) => {
                self.redirects += 1;
                self.location = Some(target);
                self.turn = Turn::Ready;
            }
            Err(error) => self.fault(now, Fault::Refused, error, None),
        }
    }

    /// The service told how far the process is.
    fn told(&mut self, now: Timestamp, status: StatusReply, wait: Option<u64>) {
        if self.process_id.is_none() {
            self.process_id.clone_from(&status.id);
        }
        if status.upload_url.is_some() {
            self.upload_url.clone_from(&status.upload_url);
        }
        self.status = status;
        match self.status.step.as_deref() {
            Some("error") => self.conversion_failed(now, wait),
            Some("finished") => self.finished(now),
            // Of a start whose answer was lost: it never arrived.
            None if self.phase == Phase::Check && self.checking == Phase::Start => self.again(Phase::Start),
            Some("input") | None if self.awaits_upload() => self.needs_upload(now),
            _ => self.follow_on(now),
        }
    }

    /// Whether the process can still want the input from here.
    fn awaits_upload(&self) -> bool {
        let uploads = self.job.as_ref().is_some_and(|job| matches!(job.input, Input::Upload { .. }));
        uploads && matches!(self.phase, Phase::Start | Phase::Check)
    }

    fn needs_upload(&mut self, now: Timestamp) {
        if self.upload_url.is_none() {
            return self
                .end(now, Err(Error::invalid("the service waits for an upload but names no upload URL")));
        }
        if self.goal == Goal::Prepare {
            return self.end(now, Ok(self.output()));
        }
        match self.refused.take() {
            Some(error) => self.end(now, Err(*error)),
            None => self.again(Phase::Upload),
        }
    }

    /// Repeats a call whose fate is known now; the retries go on counting.
    fn again(&mut self, phase: Phase) {
        let attempt = if self.phase == Phase::Check { self.backoff.attempt } else { 0 };
        self.enter(phase);
        self.backoff.attempt = attempt;
    }

    fn uploaded(&mut self, now: Timestamp) {
        if self.goal == Goal::Upload {
            return self.end(now, Ok(self.output()));
        }
        self.follow_on(now);
    }

    fn conversion_failed(&mut self, now: Timestamp, wait: Option<u64>) {
        let code = self.status.code.filter(|code| *code >= 400).unwrap_or(422);
        let message = match self.status.message.as_str() {
            "" => "the service could not convert this file",
            said => said,
        };
        let error =
            Error { status: Some(code), retry_after: wait, ..Error::new(Code::of_status(code), message) };
        if code != 503 || self.job.is_none() || self.goal == Goal::Prepare {
            return self.end(now, Err(error));
        }
        // The process has served; another one may find the capacity that this one did not.
        let Some(pause) = self.backoff.after_failure(&self.policy, wait) else {
            return self.out_of_retries(now, error);
        };
        let at = now.saturating_add(pause);
        if at >= self.deadline {
            return self.end(now, Err(error));
        }
        self.last = Some(Box::new(error));
        self.ending = Some(Ending::Restart { at });
        self.clean_up(now);
    }

    fn finished(&mut self, now: Timestamp) {
        if !self.downloads_outputs() || self.has_nothing_to_load() {
            return self.end(now, Ok(self.output()));
        }
        self.list_downloads();
        self.enter(Phase::Download);
    }

    /// Whether the result is what mode `info` found out, and no file.
    pub(super) fn has_nothing_to_load(&self) -> bool {
        let url = self.status.output.as_ref().and_then(|output| output.url.as_deref());
        url.is_none() && !self.status.info.is_empty()
    }

    /// The files to load, each under a safe name of its own.
    pub(super) fn list_downloads(&mut self) {
        let output = self.status.output.clone().unwrap_or_default();
        self.downloads = downloads(&output, self.policy.download);
        self.current = 0;
    }

    /// The file of the present download is this long now.
    pub(super) fn received(&mut self, bytes: u64) {
        if let Some(download) = self.downloads.get_mut(self.current) {
            download.received = bytes;
        }
    }

    /// An output has come: it counts when it is whole.
    fn downloaded(&mut self, now: Timestamp, response: &Response) -> Result<(), Error> {
        if !(200..300).contains(&response.status) {
            return crate::v1::Download {
                url: "",
                file: None,
                name: "",
                size: None,
                offset: 0,
                inline: false,
            }
            .reply(&self.api, response);
        }
        let Some(download) = self.downloads.get_mut(self.current) else { return Ok(()) };
        let start = if response.status == 206 { self.offset } else { 0 };
        let length = response.header("content-length").and_then(|length| length.parse::<u64>().ok());
        let encoded = response.header("content-encoding").is_some();
        let short = !encoded && length.is_some_and(|length| response.received < start.saturating_add(length));
        download.received = response.received;
        if short || download.size.is_some_and(|size| size != response.received) {
            if download.size.is_some_and(|size| response.received > size) {
                download.received = 0;
            }
            return Err(Error::invalid("the download is not as long as the service announced"));
        }
        self.next_download(now);
        Ok(())
    }

    /// Whether there is nothing behind what was loaded: a connection can break after the last byte
    /// (RFC 9110, 15.5.17: `Content-Range: bytes */LENGTH`).
    fn is_complete(&self, response: &Response) -> bool {
        let length =
            response.header("content-range").and_then(|range| range.strip_prefix("bytes */")?.parse().ok());
        let known = |download: &Download| download.size.is_none_or(|size| size == download.received);
        self.downloads.get(self.current).is_some_and(|d| Some(d.received) == length && known(d))
    }

    /// The present output is whole: on to the next one, or to the end.
    fn next_download(&mut self, now: Timestamp) {
        self.current += 1;
        if self.current < self.downloads.len() {
            self.enter(Phase::Download);
        } else {
            self.end(now, Ok(self.output()));
        }
    }

    pub(super) fn output(&self) -> Output {
        let output = self.status.output.clone().unwrap_or_default();
        let files = self.downloads.iter().map(|d| OutputFile { name: d.name.clone(), size: d.received });
        Output {
            files: files.collect(),
            process_id: self.process_id.clone(),
            process_url: self.process_url.clone(),
            upload_url: self.upload_url.clone().filter(|_| self.goal == Goal::Prepare),
            url: output.url,
            filename: output.filename,
            size: output.size,
            info: self.status.info.clone(),
        }
    }
}

fn downloads(output: &OutputFiles, mode: DownloadMode) -> Vec<Download> {
    let whole = |name: &str| Download { name: safe_name(name), file: None, size: output.size, received: 0 };
    if mode != DownloadMode::Each || output.files.is_empty() {
        return vec![whole(output.filename.as_deref().unwrap_or("output"))];
    }
    let mut downloads: Vec<Download> = Vec::with_capacity(output.files.len());
    for file in &output.files {
        let mut name = safe_name(file);
        while downloads.iter().any(|other| other.name.eq_ignore_ascii_case(&name)) {
            name = ["_", &name].concat();
        }
        downloads.push(Download { name, file: Some(file.clone()), size: None, received: 0 });
    }
    downloads
}
