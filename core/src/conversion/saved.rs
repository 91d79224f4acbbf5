//! A conversion at rest: small, versioned, without the key and without the bytes of any file.

use super::watch::Watched;
use super::{Conversion, Ending, Goal, Output, Phase, Turn};
use crate::api::Api;
use crate::choice::{name_of, pick};
use crate::error::Error;
use crate::job::{InputFile, Job};
use crate::json::Value;
use crate::policy::Policy;
use crate::v1::StatusReply;

/// The format that is written. Another one is refused, never guessed at.
const VERSION: u64 = 1;

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
        Ok(Self(value.into_owned()))
    }

    /// The JSON to keep.
    pub fn to_json(&self, api: &Api) -> String {
        api.platform().write(&self.0)
    }
}

const PHASES: &[(&str, Phase)] = &[
    ("create", Phase::Create),
    ("start", Phase::Start),
    ("upload", Phase::Upload),
    ("check", Phase::Check),
    ("follow", Phase::Follow),
    ("download", Phase::Download),
    ("delete", Phase::Delete),
];

const GOALS: &[(&str, Goal)] = &[
    ("prepare", Goal::Prepare),
    ("upload", Goal::Upload),
    ("finish", Goal::Finish),
    ("delete", Goal::Delete),
];

impl Conversion {
    /// What another process needs to go on. Requests that are out count as lost; a half-way download begins anew, while
    /// downloads that were whole are taken to be kept by the host.
    pub fn save(&self) -> Saved {
        let out = matches!(self.turn, Turn::Out { .. });
        let (phase, checking) = match self.phase {
            Phase::Start | Phase::Upload if out && self.process_url.is_some() => (Phase::Check, self.phase),
            phase => (phase, self.checking),
        };
        let mut saved = Value::object();
        saved.set("version", VERSION);
        saved.set("goal", name_of(self.goal, GOALS));
        saved.set("phase", name_of(phase, PHASES));
        saved.set("checking", name_of(checking, PHASES));
        saved.set_some("job", self.job.as_ref().map(|job| job.save()));
        if !self.uploads.is_empty() {
            saved.set("uploads", self.uploads.iter().map(upload).collect::<Vec<_>>());
        }
        saved.set("policy", self.policy.to_value());
        saved.set_some("process_id", self.process_id.clone());
        saved.set_some("process_url", self.process_url.clone());
        saved.set_some("upload_url", self.upload_url.clone());
        saved.set("reached", self.known);
        saved.set_some("failing", self.failing.filter(|_| !self.known));
        saved.set("random", self.backoff.random.0.to_string());
        saved.set("attempt", u64::from(self.backoff.attempt));
        saved.set("budget", u64::from(self.backoff.budget));
        saved.set("throttles", u64::from(self.backoff.throttles));
        saved.set("cleanup", u64::from(self.backoff.cleanup));
        saved.set_some("crowd", Some(u64::from(self.backoff.crowd)).filter(|calls| *calls > 0));
        saved.set_some("last", self.last.as_ref().map(|error| error.to_value()));
        saved.set_some("refused", self.refused.as_ref().map(|error| error.to_value()));
        saved.set_some("begun", self.begun);
        saved.set_some("deadline", self.begun.map(|_| self.deadline));
        saved.set_some("fraction", Some(self.meter.fraction).filter(|fraction| *fraction > 0.0));
        saved.set("watched", self.watched.to_value());
        saved.set("status", self.status.to_value());
        let whole = self.downloads.iter().take(self.current).map(|download| Value::from(download.received));
        saved.set("whole", whole.collect::<Vec<_>>());
        match self.turn {
            Turn::Waiting { until } => saved.set("until", until),
            Turn::Done => saved.set("done", true),
            // Its answer is lost, and with it what there was to delete.
            _ if self.is_late() => saved.set("done", true),
            Turn::Ready | Turn::Out { .. } => {}
        }
        match &self.ending {
            Some(Ending::Done(result)) => match result.as_ref() {
                Ok(output) => saved.set("output", output.to_value()),
                Err(error) => saved.set("error", error.to_value()),
            },
            Some(Ending::Restart { at }) => saved.set("restart", *at),
            None => {}
        }
        Saved(saved)
    }

    /// Goes on with what was saved, perhaps in another process, with the same service.
    ///
    /// # Errors
    /// `bad_request` for what was not written by [`Conversion::save`] or by a later version of it, `untrusted_url` for
    /// a conversion of another service.
    pub fn restore(api: &Api, saved: &Saved) -> Result<Self, Error> {
        let saved = &saved.0;
        match saved.get("version").unsigned() {
            Some(VERSION) => {}
            Some(_) => {
                return Err(Error::bad_request(
                    "the saved conversion was written by another version of this library",
                ));
            }
            None => return Err(not_saved()),
        }
        let goal = pick(saved.get("goal"), GOALS).ok_or_else(not_saved)?;
        let phase = pick(saved.get("phase"), PHASES).ok_or_else(not_saved)?;
        let policy = Policy::from_value(saved.get("policy"))?;
        let random = saved.get("random").text().and_then(|text| text.parse().ok()).ok_or_else(not_saved)?;
        let url = |name| saved.get(name).text().map(|url| api.resolve(url)).transpose();
        let small =
            |name| saved.get(name).unsigned().and_then(|n| u32::try_from(n).ok()).ok_or_else(not_saved);

        let mut conversion = Self::at(phase, goal, api, policy, random);
        conversion.checking = pick(saved.get("checking"), PHASES).ok_or_else(not_saved)?;
        if saved.get("job") != &Value::Null {
            let (job, withheld) = Job::restore(saved.get("job"))?;
            (conversion.job, conversion.withheld) = (Some(Box::new(job)), withheld);
        }
        for file in saved.get("uploads").items() {
            let name = file.get("name").text().ok_or_else(not_saved)?.to_owned();
            conversion.uploads.push(InputFile { name, size: file.get("size").unsigned() });
        }
        conversion.process_id = saved.get("process_id").label();
        conversion.process_url = url("process_url")?;
        conversion.upload_url = url("upload_url")?;
        conversion.known = saved.get("reached").flag();
        conversion.failing = saved.get("failing").unsigned();
        conversion.backoff.attempt = small("attempt")?;
        conversion.backoff.budget = small("budget")?;
        conversion.backoff.throttles = small("throttles")?;
        conversion.backoff.cleanup = small("cleanup")?;
        conversion.backoff.crowd = small("crowd").unwrap_or(0);
        conversion.last = Error::from_value(saved.get("last")).map(Box::new);
        conversion.notice = conversion.last.as_ref().map(|error| error.message.clone()).unwrap_or_default();
        conversion.refused = Error::from_value(saved.get("refused")).map(Box::new);
        conversion.begun = saved.get("begun").unsigned();
        conversion.deadline = saved.get("deadline").unsigned().unwrap_or(u64::MAX);
        let fraction = saved.get("fraction").number().filter(|fraction| (0.0..=1.0).contains(fraction));
        conversion.meter.fraction = fraction.unwrap_or(0.0);
        conversion.watched = Watched::from_value(saved.get("watched"));
        conversion.status = StatusReply::from_value(api, saved.get("status"), None)?;
        conversion.ending = ending(saved)?;
        if conversion.loads() || phase == Phase::Delete {
            conversion.list_downloads();
            for size in saved.get("whole").items() {
                conversion.received(size.unsigned().ok_or_else(not_saved)?);
                conversion.current += 1;
            }
        }
        if let Some(until) = saved.get("until").unsigned() {
            conversion.turn = Turn::Waiting { until };
        }
        if saved.get("done").flag() {
            conversion.turn = Turn::Done;
        }
        conversion.is_consistent().then_some(conversion).ok_or_else(not_saved)
    }

    /// Whether the phase has what its request needs.
    fn is_consistent(&self) -> bool {
        let process = self.process_url.is_some();
        if self.turn == Turn::Done {
            return matches!(self.ending, Some(Ending::Done(_)));
        }
        match self.phase {
            Phase::Create => self.job.is_some(),
            Phase::Start => self.job.is_some() && process,
            Phase::Upload => self.upload_url.is_some() && !self.uploads().is_empty(),
            Phase::Check => {
                process && matches!(self.checking, Phase::Start | Phase::Upload | Phase::Download)
            }
            Phase::Follow => process,
            Phase::Download => process && self.current < self.downloads.len(),
            Phase::Delete => process && self.ending.is_some(),
        }
    }
}

fn upload(file: &InputFile) -> Value<'static> {
    let mut value = Value::object();
    value.set("name", file.name.clone());
    value.set_some("size", file.size);
    value
}

fn ending(saved: &Value<'_>) -> Result<Option<Ending>, Error> {
    let done = |result| Some(Ending::Done(Box::new(result)));
    if saved.get("output") != &Value::Null {
        return Ok(done(Ok(Output::from_value(saved.get("output")))));
    }
    if saved.get("error") != &Value::Null {
        return Ok(done(Err(Error::from_value(saved.get("error")).ok_or_else(not_saved)?)));
    }
    Ok(saved.get("restart").unsigned().map(|at| Ending::Restart { at }))
}

fn not_saved() -> Error {
    Error::bad_request("this is not a saved conversion")
}
