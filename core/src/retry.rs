//! Backoff with full jitter, `Retry-After`, and the budgets that make every conversion end.
//!
//! API documentation, "Throttling": 429 and 503 carry `Retry-After` in seconds, and an exponential
//! backoff is recommended.

use crate::error::Error;
use crate::http::{Response, Timestamp};
use crate::json::Value;
use crate::platform::Platform;

/// How much patience a conversion has, and what it does with its output. Times are milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How many requests may be repeated, in the whole conversion.
    pub retries: u32,
    /// How long the whole conversion may take.
    pub deadline: u64,
    /// How long a request may stay without an answer.
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
    /// Whether the process and its files are deleted in the end.
    pub delete: bool,
}

/// How a running conversion is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// By polls that adapt to the progress: somebody looks at the percent.
    Progress,
    /// By long polls (`?wait`): fewest requests, promptest end, no percent on the way.
    Result,
}

/// How the input is uploaded ("File uploads").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadMethod {
    /// `multipart/form-data` to `upload.url`, as browsers send forms.
    Multipart,
    /// PUT to `upload.url/filename`.
    Put,
}

/// What is downloaded of a finished conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DownloadMode {
    /// `output.url`: the file, or a ZIP where there are several.
    Whole,
    /// Every file of `output.files` on its own.
    Each,
    /// Nothing: the output stays on the service, or went to a storage.
    None,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            retries: 20,
            deadline: 6 * 3_600_000,
            request_timeout: 30_000,
            idle_timeout: 60_000,
            long_poll: 55_000,
            backoff_base: 500,
            backoff_cap: 30_000,
            watch: Watch::Progress,
            upload: UploadMethod::Multipart,
            download: DownloadMode::Whole,
            delete: true,
        }
    }
}

impl Policy {
    /// Reads the members that are there; the others keep their defaults.
    ///
    /// # Errors
    /// `bad_request` for a value that a member cannot take.
    pub fn from_value(value: &Value<'_>) -> Result<Self, Error> {
        let mut policy = Self::default();
        for (name, value) in value.members() {
            if value == &Value::Null {
                continue;
            }
            let wrong =
                || Error::bad_request(["the option `", name, "` has a value it cannot take"].concat());
            let time = || value.unsigned().ok_or_else(wrong);
            match name.as_ref() {
                "retries" => policy.retries = u32::try_from(time()?).map_err(|_| wrong())?,
                "deadline" => policy.deadline = time()?,
                "request_timeout" => policy.request_timeout = time()?.max(1),
                "idle_timeout" => policy.idle_timeout = time()?.max(1),
                "long_poll" => policy.long_poll = time()?.max(1),
                "backoff_base" => policy.backoff_base = time()?.max(1),
                "backoff_cap" => policy.backoff_cap = time()?.max(1),
                "watch" => policy.watch = pick(value, WATCH).ok_or_else(wrong)?,
                "upload" => policy.upload = pick(value, UPLOAD).ok_or_else(wrong)?,
                "download" => policy.download = pick(value, DOWNLOAD).ok_or_else(wrong)?,
                "delete" => policy.delete = value.flag(),
                _ => return Err(Error::bad_request(["there is no option `", name, "`"].concat())),
            }
        }
        Ok(policy)
    }

    /// What [`Policy::from_value`] reads.
    pub fn to_value(&self) -> Value<'static> {
        let mut value = Value::object();
        value.set("retries", u64::from(self.retries));
        value.set("deadline", self.deadline);
        value.set("request_timeout", self.request_timeout);
        value.set("idle_timeout", self.idle_timeout);
        value.set("long_poll", self.long_poll);
        value.set("backoff_base", self.backoff_base);
        value.set("backoff_cap", self.backoff_cap);
        value.set("watch", name_of(self.watch, WATCH));
        value.set("upload", name_of(self.upload, UPLOAD));
        value.set("download", name_of(self.download, DOWNLOAD));
        value.set("delete", self.delete);
        value
    }
}

const WATCH: &[(&str, Watch)] = &[("progress", Watch::Progress), ("result", Watch::Result)];
const UPLOAD: &[(&str, UploadMethod)] = &[("multipart", UploadMethod::Multipart), ("put", UploadMethod::Put)];
const DOWNLOAD: &[(&str, DownloadMode)] =
    &[("whole", DownloadMode::Whole), ("each", DownloadMode::Each), ("none", DownloadMode::None)];

/// The choice that a value names.
pub(crate) fn pick<T: Copy>(value: &Value<'_>, names: &[(&str, T)]) -> Option<T> {
    let text = value.text()?;
    names.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice)
}

/// The name of a choice.
pub(crate) fn name_of<T: Copy + PartialEq>(choice: T, names: &[(&'static str, T)]) -> &'static str {
    names.iter().find(|(_, c)| *c == choice).map_or("", |(name, _)| *name)
}

/// How long an answer asks to wait, in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3).
pub fn retry_after(platform: &dyn Platform, response: &Response, now: Timestamp) -> Option<u64> {
    let text = response.header("retry-after")?.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(text.parse::<u64>().map_or(u64::MAX, |seconds| seconds.saturating_mul(1000)));
    }
    // Every form of an HTTP date begins with the name of a day; readers of dates take much else for one.
    let date = text.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| platform.date(text))?;
    Some(date?.saturating_sub(now))
}

/// The state of the retries of one conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Backoff {
    pub(crate) random: Random,
    /// Failures in a row of the present call.
    pub(crate) attempt: u32,
    /// Repeats left in the whole conversion.
    pub(crate) budget: u32,
}

impl Backoff {
    /// Takes one repeat from the budget and tells how long to wait before it; `None` when it is spent.
    ///
    /// Without a word from the service: full jitter. With `Retry-After`: never sooner than that, and
    /// spread over what follows, so that those who were told the same do not come back in step.
    pub(crate) fn next(&mut self, policy: &Policy, retry_after: Option<u64>) -> Option<u64> {
        self.budget = self.budget.checked_sub(1)?;
        let bound = policy
            .backoff_base
            .saturating_mul(1_u64.checked_shl(self.attempt.min(32)).unwrap_or(u64::MAX))
            .min(policy.backoff_cap);
        self.attempt = self.attempt.saturating_add(1);
        Some(match retry_after {
            None => self.random.below(bound),
            Some(wait) => wait.saturating_add(self.random.below(bound.min(wait / 2 + policy.backoff_base))),
        })
    }
}

/// A small seeded generator (`SplitMix64`): the same seed gives the same waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `bound`, both included.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.saturating_add(1).max(1)
    }
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;

    fn answer(value: &str) -> Response {
        Response { status: 429, headers: vec![("Retry-After".into(), value.into())], ..Response::default() }
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now = 1_700_000_000_000;
        let wait = |value: &str| retry_after(&crate::Native, &answer(value), now);
        assert_eq!(wait("30"), Some(30_000));
        assert_eq!(wait("Tue, 14 Nov 2023 22:13:50 GMT"), Some(30_000));
        assert_eq!(wait("Tue, 14 Nov 2000 22:13:50 GMT"), Some(0));
        assert_eq!(wait("99999999999999999999"), Some(u64::MAX));
        for nonsense in ["", "soon", "-1", "1.5"] {
            assert_eq!(wait(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn waits_grow_stay_under_the_cap_and_end() {
        let policy = Policy::default();
        let mut backoff = Backoff { random: Random(7), attempt: 0, budget: policy.retries };
        let waits: Vec<_> = std::iter::from_fn(|| backoff.next(&policy, None)).collect();
        assert_eq!(waits.len(), policy.retries as usize);
        assert!(waits[0] <= policy.backoff_base);
        assert!(waits.iter().all(|wait| *wait <= policy.backoff_cap));
    }

    #[test]
    fn retry_after_is_a_lower_bound() {
        let policy = Policy::default();
        for seed in 0..1000 {
            let mut backoff = Backoff { random: Random(seed), attempt: 3, budget: 1 };
            let wait = backoff.next(&policy, Some(10_000)).unwrap();
            assert!((10_000..=15_500).contains(&wait), "{wait}");
        }
    }

    #[test]
    fn a_policy_is_read_back_as_it_was_written() {
        let policy = Policy { retries: 3, watch: Watch::Result, delete: false, ..Policy::default() };
        assert_eq!(Policy::from_value(&policy.to_value()).unwrap(), policy);
    }
}
