//! What every report leads to, by the table in `steps`.

use super::endings::Ending;
use super::flight::Turn;
use super::patience::Survived;
use super::requests::no_target;
use super::setup::Goal;
use super::steps::{Next, after};
use super::uploads::Uploads;
use super::watch::Watched;
use super::{Conversion, Output, OutputFile, ticket};
use crate::error::Error;
use crate::job::Input;
use crate::scope::CONVERTS;
use crate::time::Timestamp;
use crate::wire::report::{Report, State, Told};
use crate::wire::step::Step;

/// How long to wait before it is asked again whether something arrived, in milliseconds.
const ASK_AGAIN: u64 = 1_000;
/// After which time an upload that is still waited for did not arrive, in milliseconds: large ones take a while to be seen.
const UNSEEN: u64 = 60_000;

impl Conversion {
    /// The service told how far the remote conversion is.
    pub(super) fn told(&mut self, now: Timestamp, told: Told, wait: Option<u64>) {
        let former = self.learn(told);
        if self.is_late()
            && let Some(Ending::Done(result)) = self.ending.take()
        {
            return self.end(now, *result);
        }
        let (step, checking) = (self.at.step(), self.at.checking);
        let next = after(step, checking, &self.report.state);
        if step == Step::Check && checking == Step::Start && next != Next::Start {
            // It had been done before.
            self.at.refused = None;
        }
        match next {
            // Nothing but the upload is asked for, and it has arrived.
            Next::Follow | Next::Collect if self.setup.goal() == Goal::Upload => self.uploaded(now),
            Next::Start if step == Step::Check => self.not_started(now),
            Next::Start => self.enter(Step::Start),
            Next::Upload if self.uploads_files() => self.needs_upload(now),
            Next::Follow if self.still_wants(now) => self.upload_again(now),
            Next::Upload | Next::Follow => self.follow_on(now),
            Next::Collect => self.finished(now),
            Next::Resume => self.download_again(now, &former),
            Next::CleanUp => self.clean_up(now),
            Next::Fail => self.conversion_failed(now, wait),
        }
    }

    /// Keeps what the service told, and gives what it had told before.
    pub(super) fn learn(&mut self, told: Told) -> Report {
        let Told { remote, mut report } = told;
        if remote.id.is_some() && (self.at.creates() || self.remote.id.is_none()) {
            self.remote.id = remote.id;
        }
        if remote.url.is_some() {
            self.remote.url = remote.url;
        }
        if let State::Wants(targets) = &mut report.state {
            self.uploads.wanted(std::mem::take(targets));
        }
        std::mem::replace(&mut self.report, report)
    }

    /// Whether what is followed waits for an upload that was never asked for before, or that was answered as taken so long
    /// ago that it went to somebody else.
    fn still_wants(&self, now: Timestamp) -> bool {
        matches!(self.report.state, State::Wants(_))
            && self.at.step() == Step::Follow
            && self.uploads_files()
            && self.uploads.present().is_some()
            && (!self.at.uploaded || self.watched.elapsed(now) >= UNSEEN)
    }

    fn upload_again(&mut self, now: Timestamp) {
        if self.at.uploaded && self.patience.backoff.after_failure(&self.setup.policy, None).is_none() {
            let message = "the service still waits for the upload: check proxies";
            return self.out_of_retries(now, Error::invalid(message));
        }
        self.watched = Watched::default();
        self.needs_upload(now);
    }

    /// Whether the input comes from here.
    fn uploads_files(&self) -> bool {
        self.setup.goal() == Goal::Upload
            || self.setup.job().is_some_and(|job| matches!(job.input, Input::Upload { .. }))
    }

    /// The creation is not there: it never arrived, or cannot be seen yet.
    pub(super) fn not_created(&mut self, now: Timestamp) {
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
        let until = now.later(ASK_AGAIN + self.patience.backoff.random.below(ASK_AGAIN));
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
        if self.setup.goal() == Goal::Prepare {
            return self.end(now, Ok(self.output()));
        }
        let doubted = self.at.step() == Step::Check && self.uploads.asked() == Some(&present.key);
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
        let counts = matches!(self.at.step(), Step::Check | Step::Find);
        let attempt = if counts { self.patience.backoff.attempt } else { 0 };
        self.enter(step);
        self.patience.backoff.attempt = attempt;
    }

    pub(super) fn uploaded(&mut self, now: Timestamp) {
        self.uploads.took();
        self.at.uploaded = true;
        match (self.uploads.present(), self.setup.goal()) {
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
        let mut error = failure.to_error();
        error.retry_after = wait;
        if !failure.try_anew || self.setup.job().is_none() || self.setup.goal() == Goal::Prepare {
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
        self.patience.last = Some(Box::new(Survived { error, notice: String::new() }));
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
        if !CONVERTS {
            return Output::default();
        }
        let files = self.downloads.list.iter().map(|d| OutputFile { name: d.name.clone(), size: d.received });
        let files: Vec<_> = files.collect();
        let whole = self.report.outcome().map(|outcome| &outcome.whole);
        let prepared = self.setup.goal() == Goal::Prepare;
        // A signed URL is for those who have not loaded what is behind it.
        let kept = !self.setup.wire().signs() || files.is_empty();
        let upload_url = self.uploads.present().filter(|target| prepared && target.fields.is_empty());
        Output {
            process_id: self.remote.id.clone(),
            process_url: self.remote.url.clone(),
            upload_url: upload_url.map(|target| target.url.clone()),
            ticket: prepared.then(|| {
                let job = self.setup.job.as_deref();
                ticket::write(&self.setup.api, &self.remote, self.uploads.targets(), job)
            }),
            url: whole
                .and_then(|whole| whole.url.as_deref())
                .filter(|_| kept)
                .map(|url| self.setup.api.absolute(url)),
            filename: whole.and_then(|whole| whole.name.clone()),
            size: whole.and_then(|whole| whole.size),
            info: self.report.info.as_deref().cloned().unwrap_or_default(),
            files,
        }
    }
}
