//! A policy as a value: for shells whose language knows no types of Rust's, and for saved states.

use super::{DownloadMode, Policy, SHORTEST, UploadMethod, Watch};
use crate::choice::{name_of, pick};
use crate::error::Error;
use crate::json::Value;
use crate::scope::CONVERTS;

impl Policy {
    /// Reads the members that are there; the others keep their defaults. Times are milliseconds. `observed`, whether a person looks at the progress,
    /// stands for the `watch` that suits it ([`Watch::for_observed`]).
    ///
    /// # Errors
    /// `bad_request` for a value that a member cannot take.
    pub fn from_value(value: &Value<'_>) -> Result<Self, Error> {
        Self::default().with(value)
    }

    /// The same policy but for the members that are there.
    ///
    /// # Errors
    /// As [`Policy::from_value`].
    pub fn with(self, value: &Value<'_>) -> Result<Self, Error> {
        let mut policy = self;
        let explicit = value.get("watch") != &Value::Null;
        for (name, value) in value.members() {
            if value == &Value::Null {
                continue;
            }
            let wrong = || wrong(name);
            let number = || value.unsigned().ok_or_else(wrong);
            match name.as_ref() {
                "retries" => policy.retries = u32::try_from(number()?).map_err(|_| wrong())?,
                "throttles" => policy.throttles = u32::try_from(number()?).map_err(|_| wrong())?,
                "deadline" => policy.deadline = number()?,
                "reach" => policy.reach = number()?,
                "request_timeout" => policy.request_timeout = number()?.max(SHORTEST),
                "idle_timeout" => policy.idle_timeout = number()?.max(SHORTEST),
                "long_poll" if CONVERTS => policy.long_poll = number()?.max(SHORTEST),
                "backoff_base" => policy.backoff_base = number()?.max(SHORTEST),
                "backoff_cap" => policy.backoff_cap = number()?.max(SHORTEST),
                "watch" if CONVERTS => policy.watch = pick(value, WATCH).ok_or_else(wrong)?,
                "upload" => policy.upload = pick(value, UPLOAD).ok_or_else(wrong)?,
                "download" if CONVERTS => policy.download = pick(value, DOWNLOAD).ok_or_else(wrong)?,
                "observed" | "pieces" if !CONVERTS => {}
                "pieces" => policy.pieces = value.flag(),
                "delete" if CONVERTS => policy.delete = value.flag(),
                // An explicit `watch` wins, wherever it stands.
                "observed" if explicit => {}
                "observed" => policy.watch = Watch::for_observed(value.flag()),
                _ => {
                    return Err(Error::bad_request(
                        ["there is no option `", name, "`: check its name"].concat(),
                    ));
                }
            }
        }
        Ok(policy)
    }

    /// What [`Policy::from_value`] reads.
    pub fn to_value(&self) -> Value<'static> {
        let mut value = Value::object();
        value.set("retries", u64::from(self.retries));
        value.set("throttles", u64::from(self.throttles));
        value.set("deadline", self.deadline);
        value.set("reach", self.reach);
        value.set("request_timeout", self.request_timeout);
        value.set("idle_timeout", self.idle_timeout);
        value.set("long_poll", self.long_poll);
        value.set("backoff_base", self.backoff_base);
        value.set("backoff_cap", self.backoff_cap);
        value.set("watch", name_of(self.watch, WATCH));
        value.set("upload", name_of(self.upload, UPLOAD));
        value.set("download", name_of(self.download, DOWNLOAD));
        value.set_some("pieces", Some(true).filter(|_| self.pieces));
        value.set("delete", self.delete);
        value
    }
}

/// An option has a value that it cannot take, or cannot take here.
pub(crate) fn wrong(option: &str) -> Error {
    Error::bad_request(
        ["the option `", option, "` has a value that it cannot take: see its documentation"].concat(),
    )
}

const WATCH: &[(&str, Watch)] =
    &[("progress", Watch::Progress), ("result", Watch::Result), ("callback", Watch::Callback)];
const UPLOAD: &[(&str, UploadMethod)] = &[("multipart", UploadMethod::Multipart), ("put", UploadMethod::Put)];
const DOWNLOAD: &[(&str, DownloadMode)] =
    &[("whole", DownloadMode::Whole), ("each", DownloadMode::Each), ("none", DownloadMode::None)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_back_as_it_was_written() {
        let policy = Policy::default().retries(3).watch(Watch::Result).delete(false);
        assert_eq!(Policy::from_value(&policy.to_value()).unwrap(), policy);
    }

    #[test]
    fn whether_somebody_looks_decides_how_it_is_watched_unless_that_is_told() {
        for (members, watch) in [
            (vec![("observed", Value::from(true))], Watch::Progress),
            (vec![("observed", Value::from(false))], Watch::Result),
            (vec![("observed", Value::from(true)), ("watch", "callback".into())], Watch::Callback),
            (vec![("watch", "callback".into()), ("observed", Value::from(false))], Watch::Callback),
            (vec![("observed", Value::Null)], Policy::default().watch),
        ] {
            let mut value = Value::object();
            for (name, member) in members {
                value.set(name, member);
            }
            assert_eq!(Policy::from_value(&value).unwrap().watch, watch);
        }
    }

    #[test]
    fn what_an_option_cannot_be_is_refused() {
        for (name, wrong) in [("retries", "many"), ("watch", "hope"), ("colour", "red"), ("deadline", "-1")] {
            let mut value = Value::object();
            value.set(name, wrong);
            assert!(Policy::from_value(&value).is_err(), "{name}");
        }
    }
}
