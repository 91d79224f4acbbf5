//! A conversion at rest: small, versioned, without the key and without the bytes of any file.

use super::endings::Ending;
use super::flight::Turn;
use super::setup::Goal;
use super::{Conversion, ticket};
use crate::api::Api;
use crate::choice::name_of;
use crate::error::Error;
use crate::job::InputFile;
use crate::json::Value;
use crate::time::Timestamp;
use crate::wire::step::Step;

/// The format that is written.
const FORMAT: u64 = 2;

/// What [`Conversion::save`] wrote, to be kept as JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved(Value<'static>);

impl Saved {
    /// Reads the JSON that [`Saved::to_json`] wrote. What it means is checked by [`Conversion::restore`].
    ///
    /// # Errors
    /// `bad_request` for what is not JSON.
    pub fn from_json(api: &Api, json: &str) -> Result<Self, Error> {
        let value = api.platform().parse(json).ok_or_else(not_saved)?;
        Ok(Self(value.owned()))
    }

    /// The same where outputs are gone with their program: they are downloaded anew.
    pub(super) fn without_downloads(mut self) -> Self {
        self.0.remove("whole");
        self
    }

    pub(super) const fn value(&self) -> &Value<'static> {
        &self.0
    }

    /// The same with this member, or without it.
    pub(super) fn with(mut self, name: &'static str, value: Option<Vec<Value<'static>>>) -> Self {
        self.0.remove(name);
        self.0.set_some(name, value);
        self
    }

    /// The JSON to keep.
    pub fn to_json(&self, api: &Api) -> String {
        api.platform().write(&self.0)
    }
}

pub(super) const GOALS: &[(&str, Goal)] = &[
    ("prepare", Goal::Prepare),
    ("upload", Goal::Upload),
    ("finish", Goal::Finish),
    ("delete", Goal::Delete),
];

impl Conversion {
    /// The present state, without what is known of outputs.
    pub(super) fn state(&self) -> Saved {
        let Self { setup, at, patience, remote, .. } = self;
        let (step, checking) = self.resting();
        let mut saved = Value::object();
        saved.set("version", FORMAT);
        saved.set("wire", setup.wire().name());
        saved.set("goal", name_of(setup.goal(), GOALS));
        saved.set("step", name_of(step, Step::ALL));
        saved.set("checking", name_of(checking, Step::ALL));
        let present = || self.uploads.present().map(|target| target.key.clone());
        let uploads = (step, checking) == (Step::Check, Step::Upload);
        saved.set_some(
            "target",
            if uploads && at.step() == Step::Upload {
                present()
            } else {
                self.uploads.asked().map(str::to_owned)
            },
        );
        let about = if step == Step::Check { checking } else { step };
        saved.set_some("job", setup.job.as_ref().map(|job| job.save(self.may_begin(about))));
        if !setup.files.is_empty() {
            saved.set("files", setup.files.iter().map(file).collect::<Vec<_>>());
        }
        saved.set("policy", setup.policy.to_value());
        if !at.thins() {
            saved.set_some("id", remote.id.clone());
            saved.set_some("url", remote.url.clone());
        }
        saved.set_some("mark", remote.mark.clone());
        self.save_patience(&mut saved);
        saved.set_some("last", patience.last.as_ref().map(|last| last.error.kept()));
        saved.set_some("refused", at.refused.as_ref().map(|error| error.kept()));
        saved.set_some("fraction", Some(self.meter.fraction).filter(|fraction| *fraction > 0.0));
        saved.set("watched", self.watched.to_value());
        saved.set("report", self.report.to_value(!setup.wire().signs()));
        if !setup.wire().signs() {
            saved.set("targets", self.uploads.targets().iter().map(ticket::to_value).collect::<Vec<_>>());
        }
        if !self.uploads.taken().is_empty() {
            saved.set("taken", self.uploads.taken().iter().cloned().map(Value::from).collect::<Vec<_>>());
        }
        let whole = self.downloads.named().iter().map(|download| Value::from(download.received));
        saved.set("whole", whole.collect::<Vec<_>>());
        match self.flight.turn {
            Turn::Waiting { until } => saved.set("until", until.as_millis()),
            Turn::Done => saved.set("done", true),
            // Its answer is lost, and with it what there was to delete.
            _ if self.is_late() => saved.set("done", true),
            // Without names, what came is lost with this process.
            Turn::Settle | Turn::Settling => return Saved(saved),
            Turn::Ready | Turn::Out { .. } | Turn::Held => {}
        }
        match &self.ending {
            Some(Ending::Done(result)) => match result.as_ref() {
                Ok(output) => saved.set("output", output.to_value()),
                Err(error) => saved.set("error", error.kept()),
            },
            Some(Ending::Restart { at }) => saved.set("restart", at.as_millis()),
            None => {}
        }
        Saved(saved)
    }

    /// In which step another process takes it up: what is out is lost, and what is signed is asked for anew.
    fn resting(&self) -> (Step, Step) {
        let at = &self.at;
        let signs = self.setup.wire().signs();
        match at.step() {
            // Of those that are too many none is kept in mind.
            _ if at.thins() => (Step::Find, Step::Start),
            Step::Start | Step::Upload if self.remote.url.is_some() && (signs || self.flight.is_out()) => {
                (Step::Check, at.step())
            }
            Step::Download if signs => (Step::Check, at.step()),
            // It may have been sent since, and costs.
            Step::Create if self.remote.mark.is_some() => (Step::Find, at.checking),
            step => (step, at.checking),
        }
    }

    /// Whether another process may have to create or to start it.
    fn may_begin(&self, about: Step) -> bool {
        let has_ended = matches!(self.ending, Some(Ending::Done(_)));
        matches!(about, Step::Create | Step::Find | Step::Start)
            || self.setup.wire().begins_anew() && !has_ended
    }

    fn save_patience(&self, saved: &mut Value<'static>) {
        let patience = &self.patience;
        let backoff = &patience.backoff;
        let time = |time: Option<Timestamp>| time.map(Timestamp::as_millis);
        saved.set("reached", patience.known);
        saved.set_some("failing", time(patience.failing.filter(|_| !patience.known)));
        saved.set("random", backoff.random.0.to_string());
        saved.set("attempt", u64::from(backoff.attempt));
        saved.set("budget", u64::from(backoff.budget));
        saved.set("throttles", u64::from(backoff.throttles));
        saved.set("cleanup", u64::from(backoff.cleanup));
        saved.set_some("crowd", Some(u64::from(backoff.crowd)).filter(|calls| *calls > 0));
        saved.set_some("begun", time(patience.begun));
        saved.set_some("deadline", time(patience.begun.map(|_| patience.deadline)));
        // What is out may still arrive.
        let settle = self.setup.wire().settle();
        let sent = Some(self.flight.sent_at + settle).filter(|_| !settle.is_zero() && self.flight.is_out());
        saved.set_some("doubt", time(patience.doubt.max(sent)));
    }
}

fn file(file: &InputFile) -> Value<'static> {
    let mut value = Value::object();
    value.set("name", file.name.clone());
    value.set_some("size", file.size);
    value
}

pub(super) fn not_saved() -> Error {
    Error::bad_request("this is not a saved conversion: pass it on as it was saved")
}
