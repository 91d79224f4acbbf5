//! What every answer leads to.

use super::rules::Phase;
use super::{Conversion, Ending, Goal, Output, OutputFile, Turn};
use crate::call::Call;
use crate::error::{Code, Error};
use crate::fault::Fault;
use crate::http::{Method, Response, Timestamp};
use crate::job::Input;
use crate::retry_after::retry_after;
use crate::v1::{Create, StatusReply, Upload, refusal};

impl Conversion {
    /// The head of an answer has come.
    pub(super) fn begun(&mut self, now: Timestamp, head: &Response) {
        let seen = self.is_trusted(head).map_err(|error| (Fault::Refused, error));
        let seen = seen.and_then(|()| self.download_begun(head).map_err(|error| (Fault::Lost, error)));
        if let Err((fault, error)) = seen {
            self.fault(now, fault, error, None);
        }
    }

    /// Whether an answer came from the service, as far as the host had to follow redirects by itself.
    fn is_trusted(&self, response: &Response) -> Result<(), Error> {
        response.url.as_deref().map_or(Ok(()), |url| self.api.resolve(url).map(|_| ()))
    }

    /// A whole answer has come.
    pub(super) fn answered(&mut self, now: Timestamp, response: &Response) {
        if let Err(error) = self.is_trusted(response) {
            return self.fault(now, Fault::Refused, error, None);
        }
        if self.is_late() {
            return self.answered_late(now, response);
        }
        let wait = retry_after(self.api.platform(), response, now);
        let said = match response.status {
            300..=399 => return self.redirected(now, response),
            408 | 504 if self.idled_out(now) => return self.next_poll(now),
            500..=599 if self.tells_step(response) => None,
            416 if self.phase == Phase::Download => {
                if self.range_refused(now, response) {
                    return;
                }
                Some(Fault::Lost)
            }
            status => Fault::of_status(status).filter(|fault| *fault != Fault::Refused),
        };
        self.last = None;
        self.notice.clear();
        let read = self.read(now, response);
        self.recognise(response, read.is_ok(), wait);
        match (read, said) {
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
            Phase::Download if (200..300).contains(&response.status) => self.downloaded(now, response)?,
            Phase::Download => return Err(refusal(&self.api, response)),
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
        let former = std::mem::replace(&mut self.status, status).output.and_then(|output| output.url);
        if self.phase == Phase::Check {
            match self.checking {
                Phase::Download => return self.download_again(now, former.as_deref()),
                // It never arrived, or was refused for good.
                Phase::Start if !self.status.is_started() => return self.not_started(now),
                // It had been done before.
                Phase::Start => self.refused = None,
                _ => {}
            }
        }
        match self.status.step.as_deref() {
            Some("error") => self.conversion_failed(now, wait),
            Some("finished") => self.finished(now),
            Some("input") | None if self.awaits_upload() => self.needs_upload(now),
            _ => self.follow_on(now),
        }
    }

    /// Whether the process can still want the input from here.
    fn awaits_upload(&self) -> bool {
        let uploads = self.job.as_ref().is_some_and(|job| matches!(job.input, Input::Upload { .. }));
        uploads && matches!(self.phase, Phase::Start | Phase::Check)
    }

    fn not_started(&mut self, now: Timestamp) {
        match self.refused.take() {
            Some(error) => self.end(now, Err(*error)),
            None => self.again(Phase::Start),
        }
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
    pub(super) fn again(&mut self, phase: Phase) {
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
        let Some(at) = self.until(now, pause, wait) else { return self.end(now, Err(error)) };
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
