//! What every answer leads to.

use super::endings::Ending;
use super::flight::Turn;
use super::requests::no_target;
use super::setup::Goal;
use super::steps::{Next, after};
use super::uploads::Uploads;
use super::{Conversion, Output, OutputFile, ticket};
use crate::error::{Code, Error};
use crate::fault::Fault;
use crate::http::{Method, Response, Timestamp};
use crate::job::Input;
use crate::retry_after::retry_after;
use crate::wire::report::{Found, Report, State};
use crate::wire::step::Step;

/// How long to wait before it is asked again whether something arrived, in milliseconds.
const ASK_AGAIN: u64 = 1_000;
/// How many pages of conversions are looked through.
const PAGES: u32 = 20;

impl Conversion {
    /// The head of an answer has come.
    pub(super) fn begun(&mut self, now: Timestamp, head: &Response) {
        let seen = self.is_trusted(head).map_err(|error| (Fault::Refused, error));
        let seen = seen.and_then(|()| self.downloads.begun(head).map_err(|error| (Fault::Lost, error)));
        if let Err((fault, error)) = seen {
            self.fault(now, fault, error, None);
        }
    }

    /// Whether an answer came from the service, as far as the host had to follow redirects by itself.
    fn is_trusted(&self, response: &Response) -> Result<(), Error> {
        let Some(url) = response.url.as_deref() else { return Ok(()) };
        self.setup.wire().trusted(&self.setup.api, self.at.step, "", url).map(|_| ())
    }

    /// A whole answer has come.
    pub(super) fn answered(&mut self, now: Timestamp, response: &Response) {
        if let Err(error) = self.is_trusted(response) {
            return self.fault(now, Fault::Refused, error, None);
        }
        let wire = self.setup.wire();
        let wait = retry_after(self.setup.api.platform(), response, now);
        let said = match response.status {
            300..=399 if !wire.ends_by_redirect(self.at.step) => return self.redirected(now, response),
            408 | 504 if self.idled_out(now) => return self.next_poll(now),
            500..=599 if self.reports(response) => None,
            416 if self.at.step == Step::Download => {
                if self.range_refused(now, response) {
                    return;
                }
                Some(Fault::Lost)
            }
            _ => wire.fault(&self.setup.api, self.at.step, response).filter(|fault| *fault != Fault::Refused),
        };
        self.patience.relax();
        let read = self.read(now, response, wait);
        self.recognise(response, read.is_ok(), wait);
        if read.is_err() && self.is_late() {
            return self.late(now);
        }
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

    /// Reads the answer to the present call and goes on.
    fn read(&mut self, now: Timestamp, response: &Response, wait: Option<u64>) -> Result<(), Error> {
        let (wire, api) = (self.setup.wire(), &self.setup.api);
        match self.at.step {
            Step::Create | Step::Start | Step::Check | Step::Follow => {
                let report = self.report_of(response)?;
                self.told(now, report, wait);
            }
            Step::Find => match wire.found(api, response, &self.remote, self.setup.policy.download)? {
                Found::Here(report) => self.told(now, *report, None),
                Found::Perhaps if self.at.page < PAGES => {
                    self.at.page += 1;
                    self.flight.begin();
                }
                Found::Perhaps | Found::NotHere => self.not_created(now),
            },
            Step::Upload => {
                wire.uploaded(api, response)?;
                self.uploaded(now);
            }
            Step::Download if (200..300).contains(&response.status) => self.downloaded(now, response)?,
            Step::Download => return Err(wire.refusal(api, response)),
            Step::Cancel => {
                wire.cancelled(api, response)?;
                self.stopped();
            }
            Step::Delete => {
                wire.deleted(api, response)?;
                self.cleaned_up();
            }
        }
        Ok(())
    }

    fn report_of(&self, response: &Response) -> Result<Report, Error> {
        let Self { setup, at, remote, .. } = self;
        setup.wire().report(&setup.api, at.about(), response, remote, setup.policy.download)
    }

    /// Whether an answer that looks like a failure of the service tells how far the remote conversion is.
    fn reports(&self, response: &Response) -> bool {
        matches!(self.at.step, Step::Start | Step::Check | Step::Follow) && self.report_of(response).is_ok()
    }

    fn redirected(&mut self, now: Timestamp, response: &Response) {
        let method = if self.at.reads() { Method::Get } else { Method::Post };
        let target =
            response.header("location").filter(|_| self.flight.may_redirect(method)).ok_or_else(|| {
                let message = if self.flight.redirects > 0 {
                    "the service redirects in circles"
                } else {
                    "the service answered with a redirect; set the base URL to where it leads"
                };
                Error { status: Some(response.status), ..Error::invalid(message) }
            });
        let base = self.flight.location.as_ref().or(self.remote.url.as_ref()).map_or("", String::as_str);
        let (wire, api) = (self.setup.wire(), &self.setup.api);
        match target.and_then(|target| wire.trusted(api, self.at.step, base, target)) {
            Ok(target) => {
                self.flight.redirects += 1;
                self.flight.location = Some(target);
                self.flight.turn = Turn::Ready;
            }
            Err(error) => self.fault(now, Fault::Refused, error, None),
        }
    }

    /// The service told how far the remote conversion is.
    fn told(&mut self, now: Timestamp, report: Report, wait: Option<u64>) {
        let former = self.learn(report);
        if self.is_late()
            && let Some(Ending::Done(result)) = self.ending.take()
        {
            return self.end(now, *result);
        }
        let (step, checking) = (self.at.step, self.at.checking);
        let next = after(step, checking, &self.report.state);
        if step == Step::Check && checking == Step::Start && next != Next::Start {
            // It had been done before.
            self.at.refused = None;
        }
        match next {
            Next::Start if step == Step::Check => self.not_started(now),
            Next::Start => self.enter(Step::Start),
            Next::Upload if self.uploads_files() => self.needs_upload(now),
            Next::Upload | Next::Follow => self.follow_on(now),
            Next::Collect => self.finished(now),
            Next::Resume => self.download_again(now, &former),
            Next::CleanUp => self.clean_up(now),
            Next::Fail => self.conversion_failed(now, wait),
        }
    }

    /// Keeps what the service told, and gives what it had told before.
    fn learn(&mut self, mut report: Report) -> Report {
        if self.at.creates() || self.remote.id.is_none() {
            self.remote.id = report.id.take().or_else(|| self.remote.id.take());
        }
        if report.url.is_some() {
            self.remote.url = report.url.take();
        }
        if let State::Wants(targets) = &mut report.state {
            self.uploads.wanted(std::mem::take(targets));
        }
        std::mem::replace(&mut self.report, report)
    }

    /// Whether the input comes from here.
    fn uploads_files(&self) -> bool {
        self.setup.job.as_ref().is_some_and(|job| matches!(job.input, Input::Upload { .. }))
    }

    /// The creation is not there: it never arrived, or cannot be seen yet.
    fn not_created(&mut self, now: Timestamp) {
        self.at.page = 1;
        if self.patience.doubts(now) {
            self.look_again(now);
        } else if self.is_late() {
            self.flight.turn = Turn::Done;
        } else {
            self.at.unseen = false;
            self.again(Step::Create);
        }
    }

    pub(super) fn look_again(&mut self, now: Timestamp) {
        let until = now.saturating_add(ASK_AGAIN + self.patience.backoff.random.below(ASK_AGAIN));
        self.flight.begin();
        self.flight.turn = Turn::Waiting { until };
    }

    fn not_started(&mut self, now: Timestamp) {
        match self.at.refused.take() {
            Some(error) => self.end(now, Err(*error)),
            None => self.again(Step::Start),
        }
    }

    fn needs_upload(&mut self, now: Timestamp) {
        let Some(present) = self.uploads.present() else {
            let asked = self.uploads.targets().is_empty();
            return if asked { self.end(now, Err(no_target())) } else { self.follow_on(now) };
        };
        if self.setup.goal == Goal::Prepare {
            return self.end(now, Ok(self.output()));
        }
        let doubted = self.at.step == Step::Check && self.at.target.as_deref() == Some(&present.key);
        if doubted && self.patience.doubts(now) {
            return self.look_again(now);
        }
        if doubted && let Some(error) = self.at.refused.take() {
            return self.end(now, Err(*error));
        }
        self.at.refused = None;
        self.again(Step::Upload);
    }

    /// Repeats a call whose fate is known now; the retries go on counting.
    pub(super) fn again(&mut self, step: Step) {
        let counts = matches!(self.at.step, Step::Check | Step::Find);
        let attempt = if counts { self.patience.backoff.attempt } else { 0 };
        self.enter(step);
        self.patience.backoff.attempt = attempt;
    }

    fn uploaded(&mut self, now: Timestamp) {
        self.uploads.took();
        match (self.uploads.present(), self.setup.goal) {
            (Some(_), _) => self.enter(Step::Upload),
            (None, Goal::Upload) => self.end(now, Ok(self.output())),
            (None, _) => {
                self.uploads = Uploads::default();
                self.follow_on(now);
            }
        }
    }

    fn conversion_failed(&mut self, now: Timestamp, wait: Option<u64>) {
        let State::Failed(failure) = &self.report.state else { return };
        let error = Error { retry_after: wait, ..failure.to_error() };
        if !failure.try_anew || self.setup.job.is_none() || self.setup.goal == Goal::Prepare {
            return self.end(now, Err(error));
        }
        // This one has served; another one may find the capacity that it did not.
        let policy = &self.setup.policy;
        let Some(pause) = self.patience.backoff.after_failure(policy, wait) else {
            return self.out_of_retries(now, error);
        };
        let Some(at) = self.patience.until(now, pause, wait, policy) else {
            return self.end(now, Err(error));
        };
        self.patience.last = Some(Box::new(error));
        self.ending = Some(Ending::Restart { at });
        self.clean_up(now);
    }

    fn finished(&mut self, now: Timestamp) {
        if !self.setup.downloads() || self.report.has_nothing_to_load() {
            return self.end(now, Ok(self.output()));
        }
        self.list_downloads();
        self.enter(Step::Download);
    }

    pub(super) fn output(&self) -> Output {
        let files = self.downloads.list.iter().map(|d| OutputFile { name: d.name.clone(), size: d.received });
        let files: Vec<_> = files.collect();
        let whole = self.report.outcome().map(|outcome| &outcome.whole);
        let prepared = self.setup.goal == Goal::Prepare;
        // A signed URL is for those who have not loaded what is behind it.
        let kept = !self.setup.wire().signs() || files.is_empty();
        let upload_url = self.uploads.present().filter(|target| prepared && target.fields.is_empty());
        Output {
            process_id: self.remote.id.clone(),
            process_url: self.remote.url.clone(),
            upload_url: upload_url.map(|target| target.url.clone()),
            ticket: prepared.then(|| ticket::write(&self.setup.api, &self.remote, self.uploads.targets())),
            url: whole
                .and_then(|whole| whole.url.as_deref())
                .filter(|_| kept)
                .map(|url| self.setup.api.absolute(url)),
            filename: whole.and_then(|whole| whole.name.clone()),
            size: whole.and_then(|whole| whole.size),
            info: self.report.info.clone(),
            files,
        }
    }
}
