//! How much patience a conversion has, and what it does with its output.

use crate::choice::{name_of, pick};
use crate::error::Error;
use crate::json::Value;

/// How much patience a conversion has, and what it does with its output. Times are milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How many requests may be repeated after failures, in the whole conversion.
    pub retries: u32,
    /// How often the conversion may be told to slow down (429, 503) and come back.
    pub throttles: u32,
    /// How long the whole conversion may take. What has to be stopped and deleted then may take ten seconds more.
    pub deadline: u64,
    /// How long a service that has not answered yet is tried to be reached.
    pub reach: u64,
    /// How long a request may stay without an answer. That of an upload or a download is `idle_timeout`.
    pub request_timeout: u64,
    /// How long an upload or a download may stand still.
    pub idle_timeout: u64,
    /// How long one long poll may stay open.
    pub long_poll: u64,
    /// The first upper bound of a backoff; it doubles with each failure in a row.
    pub backoff_base: u64,
    /// The last upper bound of a backoff.
    pub backoff_cap: u64,
    /// How the conversion is watched.
    pub watch: Watch,
    /// How the input is uploaded.
    pub upload: UploadMethod,
    /// What is downloaded.
    pub download: DownloadMode,
    /// Whether large outputs are downloaded piece by piece: for hosts that take an answer several times faster at once than as
    /// it comes, as browsers.
    pub pieces: bool,
    /// Whether the process and its files are deleted in the end.
    pub delete: bool,
}

/// How a running conversion is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Watch {
    /// By polls that adapt to the progress: somebody looks at the percent.
    Progress,
    /// By long polls (`?wait`): fewest requests, promptest end, no percent on the way.
    Result,
    /// By the callback that the job asks for, which is its webhook with version 2
    /// ([`Event::Callback`](crate::Event::Callback)). The status is asked for when it comes, whatever it says. In case it never
    /// comes, the status is asked for after 30 s, ever more seldom, and a second before the deadline.
    Callback,
}

/// How the input is uploaded ("File uploads").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UploadMethod {
    /// `multipart/form-data` to `upload.url`, as browsers send forms.
    Multipart,
    /// PUT to `upload.url/filename`.
    Put,
}

/// What is downloaded of a finished conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DownloadMode {
    /// `output.url`: the file, or a ZIP where there are several.
    Whole,
    /// Every file of `output.files` on its own.
    Each,
    /// Nothing: the output stays on the service, or went to a storage.
    None,
}

impl Watch {
    /// How a conversion is watched whose user said only whether somebody looks at its progress. The percent costs polls, so
    /// it is asked for only where it is seen.
    pub const fn for_observed(observed: bool) -> Self {
        if observed { Self::Progress } else { Self::Result }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            retries: 20,
            throttles: 200,
            deadline: 6 * 3_600_000,
            reach: 20_000,
            request_timeout: 30_000,
            idle_timeout: 60_000,
            long_poll: 55_000,
            backoff_base: 500,
            backoff_cap: 30_000,
            watch: Watch::Progress,
            upload: UploadMethod::Multipart,
            download: DownloadMode::Whole,
            pieces: false,
            delete: true,
        }
    }
}

impl Policy {
    /// The patience that suits a single call that somebody waits for: a few repeats within two minutes.
    #[must_use]
    pub fn brief() -> Self {
        Self { retries: 5, throttles: 10, deadline: 120_000, ..Self::default() }
    }

    /// Reads the members that are there; the others keep their defaults. `observed`, whether somebody looks at the progress,
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
            let wrong = || {
                Error::bad_request(
                    ["the option `", name, "` has a value that it cannot take: see its documentation"]
                        .concat(),
                )
            };
            let time = || value.unsigned().ok_or_else(wrong);
            match name.as_ref() {
                "retries" => policy.retries = u32::try_from(time()?).map_err(|_| wrong())?,
                "throttles" => policy.throttles = u32::try_from(time()?).map_err(|_| wrong())?,
                "deadline" => policy.deadline = time()?,
                "reach" => policy.reach = time()?,
                "request_timeout" => policy.request_timeout = time()?.max(1),
                "idle_timeout" => policy.idle_timeout = time()?.max(1),
                "long_poll" => policy.long_poll = time()?.max(1),
                "backoff_base" => policy.backoff_base = time()?.max(1),
                "backoff_cap" => policy.backoff_cap = time()?.max(1),
                "watch" => policy.watch = pick(value, WATCH).ok_or_else(wrong)?,
                "upload" => policy.upload = pick(value, UPLOAD).ok_or_else(wrong)?,
                "download" => policy.download = pick(value, DOWNLOAD).ok_or_else(wrong)?,
                "pieces" => policy.pieces = value.flag(),
                "delete" => policy.delete = value.flag(),
                // An explicit `watch` wins, wherever it stands.
                "observed" if explicit => {}
                "observed" => policy.watch = Watch::for_observed(value.flag()),
                _ => return Err(Error::bad_request(["there is no option `", name, "`"].concat())),
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
        let policy = Policy { retries: 3, watch: Watch::Result, delete: false, ..Policy::default() };
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
