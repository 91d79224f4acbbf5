//! A conversion taken up again. States of the first format are read for ever.

#[cfg(feature = "calls")]
use super::checkpoint::Kept;
use super::endings::Ending;
use super::flight::Turn;
use super::patience::Survived;
use super::saved::{GOALS, Saved, not_saved};
use super::uploads::Uploads;
use super::watch::Watched;
use super::{Conversion, Output, ticket};
use crate::api::Api;
use crate::choice::pick;
use crate::error::Error;
use crate::job::{InputFile, Job};
use crate::json::Value;
use crate::policy::Policy;
use crate::time::Timestamp;
use crate::wire::report::Report;
use crate::wire::step::Step;

/// The names of what differs between the formats.
struct Names {
    step: &'static str,
    id: &'static str,
    url: &'static str,
    files: &'static str,
}

const FIRST: Names = Names { step: "phase", id: "process_id", url: "process_url", files: "uploads" };
const SECOND: Names = Names { step: "step", id: "id", url: "url", files: "files" };

impl Conversion {
    /// Goes on with what was saved, perhaps in another process, with the same service.
    ///
    /// # Errors
    /// `bad_request` for what was not written by [`Conversion::save`], by a later version of it, or for another version of
    /// the API, `untrusted_url` for a conversion of another service.
    pub fn restore(api: &Api, saved: &Saved) -> Result<Self, Error> {
        #[cfg(feature = "calls")]
        let kept = Kept::of(saved);
        let saved = saved.value();
        let policy = Policy::from_value(saved.get("policy"))?;
        let wire = api.wire();
        let (names, report) = match saved.get("version").unsigned() {
            Some(1) => (FIRST, wire.restored(saved.get("status"), policy.download).ok_or_else(other_wire)?),
            Some(2) if saved.get("wire").text() == Some(wire.name()) => {
                (SECOND, Report::from_value(saved.get("report")))
            }
            Some(2) => return Err(other_wire()),
            Some(_) => {
                return Err(Error::bad_request(
                    "a later version of this library wrote the saved conversion: update this one",
                ));
            }
            None => return Err(not_saved()),
        };
        let goal = pick(saved.get("goal"), GOALS).ok_or_else(not_saved)?;
        let step = pick(saved.get(names.step), Step::ALL).ok_or_else(not_saved)?;
        let random = saved.get("random").text().and_then(|text| text.parse().ok()).ok_or_else(not_saved)?;

        let mut conversion = Self::at(step, goal, api, policy, random);
        conversion.report = report;
        conversion.restore_setup(saved, &names)?;
        conversion.restore_patience(saved)?;
        conversion.restore_transfers(saved)?;
        conversion.at.checking = pick(saved.get("checking"), Step::ALL).ok_or_else(not_saved)?;
        conversion.at.refused = Error::from_value(saved.get("refused")).map(Box::new);
        conversion.at.unseen = step == Step::Find;
        conversion.at.uploaded = step == Step::Follow;
        if conversion.uploads.asked().is_none() && conversion.at.uploads() {
            conversion.uploads.ask();
        }
        let fraction = saved.get("fraction").number().filter(|fraction| (0.0..=1.0).contains(fraction));
        conversion.meter.fraction = fraction.unwrap_or(0.0);
        conversion.watched = Watched::from_value(saved.get("watched"));
        conversion.ending = ending(saved)?;
        if let Some(until) = Timestamp::from_value(saved.get("until")) {
            conversion.flight.turn = Turn::Waiting { until };
        }
        if saved.get("done").flag() {
            conversion.flight.turn = Turn::Done;
        }
        #[cfg(feature = "calls")]
        conversion.kept.replace(Box::new(kept));
        conversion.is_consistent().then_some(conversion).ok_or_else(not_saved)
    }

    fn restore_setup(&mut self, saved: &Value<'_>, names: &Names) -> Result<(), Error> {
        if saved.get("job") != &Value::Null {
            let (job, withheld) = Job::restore(saved.get("job"))?;
            (self.setup.job, self.setup.withheld) = (Some(Box::new(job)), withheld);
        }
        for file in saved.get(names.files).items() {
            let name = file.get("name").text().ok_or_else(not_saved)?.to_owned();
            self.setup.files.push(InputFile { name, size: file.get("size").unsigned() });
        }
        let api = &self.setup.api;
        if let Some(url) = saved.get(names.url).text() {
            self.remote = api.wire().remote(api, url)?;
        }
        self.remote.id = saved.get(names.id).label().or_else(|| self.remote.id.take());
        self.remote.mark = saved.get("mark").text().map(str::to_owned);
        Ok(())
    }

    fn restore_patience(&mut self, saved: &Value<'_>) -> Result<(), Error> {
        let small =
            |name| saved.get(name).unsigned().and_then(|n| u32::try_from(n).ok()).ok_or_else(not_saved);
        let patience = &mut self.patience;
        patience.known = saved.get("reached").flag();
        patience.failing = Timestamp::from_value(saved.get("failing"));
        patience.backoff.attempt = small("attempt")?;
        patience.backoff.budget = small("budget")?;
        patience.backoff.throttles = small("throttles")?;
        patience.backoff.cleanup = small("cleanup")?;
        patience.backoff.crowd = small("crowd").unwrap_or(0);
        patience.begun = Timestamp::from_value(saved.get("begun"));
        patience.deadline = Timestamp::from_value(saved.get("deadline")).unwrap_or(Timestamp::MAX);
        patience.doubt = Timestamp::from_value(saved.get("doubt"));
        let survived = |error: Error| Box::new(Survived { notice: error.message.clone(), error });
        patience.last = Error::from_value(saved.get("last")).map(survived);
        Ok(())
    }

    fn restore_transfers(&mut self, saved: &Value<'_>) -> Result<(), Error> {
        let api = &self.setup.api;
        let first = saved.get("upload_url").text();
        let first = first.map(|url| Ok(ticket::targets(api, url, &mut [])?.0)).transpose()?;
        let later = saved.get("targets").items().iter().map(|target| ticket::from_value(api, target));
        let targets = first.or_else(|| later.collect()).ok_or_else(not_saved)?;
        let taken = saved.get("taken").items().iter().filter_map(|key| match key {
            Value::String(key) => Some(key.as_ref().to_owned()),
            _ => None,
        });
        self.uploads =
            Uploads::restored(targets, taken.collect(), saved.get("target").text().map(str::to_owned));
        self.list_downloads();
        for size in saved.get("whole").items() {
            self.downloads.skip(size.unsigned().ok_or_else(not_saved)?);
        }
        Ok(())
    }

    /// Whether the step has what its request needs.
    fn is_consistent(&self) -> bool {
        let (job, remote) = (self.setup.job.is_some(), self.remote.url.is_some());
        if self.flight.turn == Turn::Done {
            return matches!(self.ending, Some(Ending::Done(_)));
        }
        match (self.at.step(), self.at.checking) {
            (Step::Create, _) => job,
            (Step::Find, _) => job && self.remote.mark.is_some(),
            (Step::Start, _) => job && remote,
            (Step::Upload, _) => self.uploads.present().is_some() && !self.setup.files().is_empty(),
            (Step::Check, Step::Delete) => remote && self.ending.is_some(),
            (Step::Check, Step::Start | Step::Upload | Step::Download) | (Step::Follow, _) => remote,
            (Step::Check, _) => false,
            (Step::Download, _) => remote && self.downloads.present().is_some(),
            (Step::Cancel, _) => remote && self.ending.is_some() && !self.report.live.is_empty(),
            (Step::Delete, _) => remote && self.ending.is_some(),
        }
    }
}

fn ending(saved: &Value<'_>) -> Result<Option<Ending>, Error> {
    let done = |result| Some(Ending::Done(Box::new(result)));
    if saved.get("output") != &Value::Null {
        return Ok(done(Ok(Output::from_value(saved.get("output")))));
    }
    if saved.get("error") != &Value::Null {
        return Ok(done(Err(Error::from_value(saved.get("error")).ok_or_else(not_saved)?)));
    }
    Ok(Timestamp::from_value(saved.get("restart")).map(|at| Ending::Restart { at }))
}

fn other_wire() -> Error {
    Error::bad_request(
        "the saved conversion is of another version of the API: use the base URL it was begun with",
    )
}
