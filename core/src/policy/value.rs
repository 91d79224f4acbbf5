//! A policy as a value: for shells whose language knows no types of Rust's, and for saved states.

use super::{DownloadMode, Policy, SHORTEST, UploadMethod, Watch};
use crate::choice::{name_of, pick};
use crate::error::Error;
use crate::json::Value;
use crate::option::{check_names, wrong};
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

    /// The patience of a single call, as [`Policy::from_value`] reads it. What is not there is as in [`Policy::brief`], or as in
    /// [`Policy::default`] where the call waits for the end of a conversion. `retries` alone bounds the repeats after being told
    /// to slow down too.
    ///
    /// # Errors
    /// As [`Policy::from_value`].
    ///
    /// ```
    /// use cloudconvert_core::{Policy, Value};
    /// let mut patience = Value::object();
    /// patience.set("retries", 0);
    /// assert_eq!(Policy::for_call(false, &patience)?, Policy::brief().retries(0).throttles(0));
    /// # Ok::<(), cloudconvert_core::Error>(())
    /// ```
    pub fn for_call(waits: bool, value: &Value<'_>) -> Result<Self, Error> {
        let mut policy = if waits { Self::default() } else { Self::brief() };
        count(value, "retries", &mut policy.throttles)?;
        policy.with(value)
    }

    /// The same policy but for the members that are there.
    ///
    /// # Errors
    /// As [`Policy::from_value`].
    pub fn with(self, value: &Value<'_>) -> Result<Self, Error> {
        let mut policy = self;
        check_names(value, NAMES)?;
        count(value, "retries", &mut policy.retries)?;
        count(value, "throttles", &mut policy.throttles)?;
        time(value, "deadline", 0, &mut policy.deadline)?;
        time(value, "reach", 0, &mut policy.reach)?;
        time(value, "request_timeout", SHORTEST, &mut policy.request_timeout)?;
        time(value, "idle_timeout", SHORTEST, &mut policy.idle_timeout)?;
        time(value, "backoff_base", SHORTEST, &mut policy.backoff_base)?;
        time(value, "backoff_cap", SHORTEST, &mut policy.backoff_cap)?;
        choice(value, "upload", UPLOAD, &mut policy.upload)?;
        if CONVERTS {
            time(value, "long_poll", SHORTEST, &mut policy.long_poll)?;
            flag(value, "observed", |observed| policy.watch = Watch::for_observed(observed));
            // An explicit one wins.
            choice(value, "watch", WATCH, &mut policy.watch)?;
            choice(value, "download", DOWNLOAD, &mut policy.download)?;
            flag(value, "pieces", |pieces| policy.pieces = pieces);
            flag(value, "delete", |delete| policy.delete = delete);
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

/// What there is to be read. What concerns conversions alone is none of a build that only uploads, but for what every page says.
const NAMES: &[&str] = &[
    "retries",
    "throttles",
    "deadline",
    "reach",
    "request_timeout",
    "idle_timeout",
    "backoff_base",
    "backoff_cap",
    "upload",
    "observed",
    "pieces",
    #[cfg(feature = "conversions")]
    "long_poll",
    #[cfg(feature = "conversions")]
    "watch",
    #[cfg(feature = "conversions")]
    "download",
    #[cfg(feature = "conversions")]
    "delete",
];

/// The member of this name, if it says something.
fn told<'v>(value: &'v Value<'v>, name: &str) -> Option<&'v Value<'v>> {
    Some(value.get(name)).filter(|value| *value != &Value::Null)
}

fn time(value: &Value<'_>, name: &str, least: u64, into: &mut u64) -> Result<(), Error> {
    if let Some(value) = told(value, name) {
        *into = value.unsigned().ok_or_else(|| wrong(name))?.max(least);
    }
    Ok(())
}

fn count(value: &Value<'_>, name: &str, into: &mut u32) -> Result<(), Error> {
    let mut number = u64::from(*into);
    time(value, name, 0, &mut number)?;
    *into = u32::try_from(number).map_err(|_| wrong(name))?;
    Ok(())
}

fn choice<T: Copy>(value: &Value<'_>, name: &str, names: &[(&str, T)], into: &mut T) -> Result<(), Error> {
    if let Some(value) = told(value, name) {
        *into = pick(value, names).ok_or_else(|| wrong(name))?;
    }
    Ok(())
}

fn flag(value: &Value<'_>, name: &str, set: impl FnOnce(bool)) {
    if let Some(value) = told(value, name) {
        set(value.flag());
    }
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
