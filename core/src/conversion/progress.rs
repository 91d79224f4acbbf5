//! How far a conversion is, for people.

use std::time::Duration;

use super::Conversion;
use super::downloads::share;
use super::flight::Turn;
use super::offline::NOTICE;
use super::setup::Goal;
use crate::job::Input;
use crate::json::Value;
use crate::time::{Timestamp, millis};
use crate::wire::step::Step;

/// How often a snapshot is shown in which nothing but bytes changed.
const PACE: Duration = Duration::from_millis(100);
/// What is left when the last byte has come: it is checked, and the process deleted.
const REST: f64 = 0.2;

/// What the client is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It makes the process or the job, or looks for the one that it may have made.
    Create,
    /// It starts the process (version 1).
    Start,
    /// It sends the input.
    Upload,
    /// It waits for the service, which fetches the input, converts, and stores the output.
    Convert,
    /// It loads the output.
    Download,
    /// It deletes the process or the job with its files.
    Delete,
    /// It has ended, well or not.
    Done,
}

impl Stage {
    /// The stage as every language shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Start => "start",
            Self::Upload => "upload",
            Self::Convert => "convert",
            Self::Download => "download",
            Self::Delete => "delete",
            Self::Done => "done",
        }
    }
}

/// A snapshot of a conversion.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// What the client is doing.
    pub stage: Stage,
    /// How much of the whole is done, from 0 to 1: always a finite number, and it never goes back. It is 1 at the end of a
    /// conversion that went well, and only there.
    pub fraction: f64,
    /// The step of the service: `input`, `wait`, `convert`, `output`, `finished`, or one that comes later.
    pub step: Option<String>,
    /// How much of the conversion the service has done, from 0 to 100.
    pub percent: Option<f64>,
    /// What the service says about it. After a failure: what is waited for, and until when.
    pub message: String,
    /// Bytes of the input sent, framing included.
    pub sent: u64,
    /// Bytes of the present output received.
    pub received: u64,
    /// How many bytes the present upload or download has, where known.
    pub total: Option<u64>,
    /// How fast the present upload or download is, in bytes per second, once that can be told.
    pub speed: Option<u64>,
    /// How long the present upload, conversion or download still takes at its pace, once that can be told.
    pub time_left: Option<Duration>,
    /// Failures in a row of the present call.
    pub attempt: u32,
    /// The process ID, once there is one.
    pub process_id: Option<String>,
}

impl Progress {
    /// Whether nothing differs from another one but bytes and what follows from them.
    fn differs_by_bytes(&self, other: &Self) -> bool {
        self.stage == other.stage
            && self.step == other.step
            && self.percent == other.percent
            && self.message == other.message
            && self.total == other.total
            && self.attempt == other.attempt
            && self.process_id == other.process_id
    }

    fn has_bytes_of(&self, other: &Self) -> bool {
        (self.fraction, self.sent, self.received) == (other.fraction, other.sent, other.received)
            && (self.speed, self.time_left) == (other.speed, other.time_left)
    }

    /// Whether the last byte of the present upload or download has gone or come.
    fn is_whole(&self) -> bool {
        self.total == Some(if self.stage == Stage::Download { self.received } else { self.sent })
    }

    /// The same for hosts that pass it on, with `timeLeft` in milliseconds.
    pub fn to_value(&self) -> Value<'static> {
        let mut value = Value::object();
        value.set("stage", self.stage.as_str());
        value.set("fraction", self.fraction);
        value.set("step", self.step.clone().map_or(Value::Null, Value::from));
        value.set("percent", self.percent.map_or(Value::Null, Value::from));
        value.set("message", self.message.clone());
        value.set("sent", self.sent);
        value.set("received", self.received);
        value.set("total", self.total.map_or(Value::Null, Value::from));
        value.set("speed", self.speed.map_or(Value::Null, Value::from));
        value.set("timeLeft", self.time_left.map_or(Value::Null, |left| millis(left).into()));
        value.set("attempt", u64::from(self.attempt));
        value.set_some("processId", self.process_id.clone());
        value
    }
}

impl Conversion {
    /// How far it is.
    pub fn progress(&self) -> Progress {
        let stage = self.stage();
        let download = self.shown_download();
        let total = match stage {
            Stage::Upload => self.upload_total(),
            Stage::Download => download.and_then(|download| download.size),
            _ => None,
        };
        let (speed, time_left) = match stage {
            Stage::Upload | Stage::Download => {
                (self.meter.speed(), total.and_then(|total| self.meter.left(total)))
            }
            Stage::Convert => (None, self.watched.left(self.meter.now)),
            _ => (None, None),
        };
        let survived = self.patience.last.as_ref().map_or("", |last| &last.notice);
        let notice = if self.is_offline() { NOTICE } else { survived };
        Progress {
            stage,
            fraction: self.meter.fraction,
            step: self.report.label.as_deref().map(str::to_owned),
            percent: self.report.percent,
            message: if notice.is_empty() { &self.report.message } else { notice }.to_owned(),
            sent: self.upload_sent(),
            received: download.map_or(0, |download| download.received),
            total,
            speed,
            time_left,
            attempt: self.patience.backoff.attempt,
            process_id: self.remote.id.clone(),
        }
    }

    /// How far it is, if there is something to show since this was asked last: at once where more changed than a number of
    /// bytes or the last one has come, every 100 ms where only that number did. Ask after every poll.
    ///
    /// ```
    /// # use cloudconvert_core::{Api, Conversion, Policy, Timestamp};
    /// # let api = Api::new("https://api.example.com/v1", None)?;
    /// # let mut conversion = Conversion::follow(&api, "https://api.example.com/process/1", Policy::default(), 1)?;
    /// let now = Timestamp::from_millis(0);
    /// conversion.poll(now);
    /// assert!(conversion.news(now).is_some());
    /// assert!(conversion.news(now).is_none(), "nothing has changed");
    /// # Ok::<(), cloudconvert_core::Error>(())
    /// ```
    pub fn news(&mut self, now: Timestamp) -> Option<Progress> {
        let progress = self.progress();
        if let Some((then, last)) = self.shown.as_deref() {
            let soon = now < *then + PACE && !progress.is_whole();
            if progress.differs_by_bytes(last) && (soon || progress.has_bytes_of(last)) {
                return None;
            }
        }
        self.shown = Some(Box::new((now, progress)));
        // Once more: to copy it would cost a page more.
        Some(self.progress())
    }

    pub(super) fn stage(&self) -> Stage {
        match self.at.step() {
            _ if self.flight.turn == Turn::Done => Stage::Done,
            _ if self.at.uploads() => Stage::Upload,
            _ if self.at.loads() => Stage::Download,
            _ if self.at.deletes_next() => Stage::Delete,
            Step::Create | Step::Find => Stage::Create,
            Step::Start | Step::Check => Stage::Start,
            Step::Upload => Stage::Upload,
            Step::Follow => Stage::Convert,
            Step::Download => Stage::Download,
            Step::Cancel | Step::Delete => Stage::Delete,
        }
    }

    /// How many bytes of all files have been sent.
    fn upload_sent(&self) -> u64 {
        let before = if self.at.uploads() { self.uploads.around(self.setup.files()).0 } else { 0 };
        self.flight.sent.saturating_add(before)
    }

    /// How many bytes all uploads have.
    fn upload_total(&self) -> Option<u64> {
        let (before, behind) = self.uploads.around(self.setup.files());
        self.flight.total?.checked_add(before)?.checked_add(behind)
    }

    /// Notes down how far it is at this time.
    pub(super) fn measure(&mut self, now: Timestamp) {
        let bytes = match self.at.step() {
            Step::Upload => self.upload_sent(),
            _ => self.shown_download().map_or(0, |download| download.received),
        };
        self.meter.record(now, (self.at.step(), self.downloads.current), bytes);
        self.meter.reach(self.reached());
    }

    /// How much of the whole the present phase has reached. What has bytes or a percent shares the whole by weight; what
    /// this conversion does not do has none.
    fn reached(&self) -> f64 {
        let weight = |has: bool, weight: f64| if has { weight } else { 0.0 };
        let uploads = match self.setup.job() {
            Some(job) => matches!(job.input, Input::Upload { .. }) && self.setup.goal() != Goal::Prepare,
            None => self.setup.goal() == Goal::Upload,
        };
        let finishes = self.setup.goal() == Goal::Finish;
        let (upload, convert) = (weight(uploads, 4.0), weight(finishes, 4.0));
        let download = weight(finishes && self.setup.downloads(), 2.0);
        let done = match (self.at.step(), &self.ending) {
            _ if self.has_succeeded() => return weight(self.flight.turn == Turn::Done, 1.0),
            (Step::Upload, None) => upload * share(self.upload_sent(), self.upload_total()),
            (Step::Follow, None) => upload + convert * self.report.percent.unwrap_or(0.0) / 100.0,
            (Step::Download, None) => upload + convert + download * self.downloads.loaded(),
            _ => 0.0,
        };
        done / (upload + convert + download + REST)
    }
}
