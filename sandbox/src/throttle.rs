//! A rate limit per key: so many requests in so many milliseconds, then 429 with `Retry-After`.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::ApiError;

/// How many requests a key may make. A window begins with the first request after the one before has passed.
///
/// ```
/// let limit: cloudconvert_sandbox::Limit = "10/60".parse()?;
/// assert_eq!((limit.requests, limit.per_ms), (10, 60_000));
/// let none: cloudconvert_sandbox::Limit = "0/60".parse()?;
/// assert_eq!(none.requests, 0);
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Whose limit it is; none for every key, each with a window of its own.
    pub key: Option<String>,
    /// How many requests fit in a window. With 0, each is one too many, which shows what a client does then.
    pub requests: u32,
    /// How long a window is, in milliseconds.
    #[serde(default = "a_second", deserialize_with = "some_time")]
    pub per_ms: u64,
    /// What to say in `Retry-After`, in seconds; none for what is left of the window.
    pub retry_after: Option<u64>,
}

fn a_second() -> u64 {
    1000
}

/// A window without length would limit nothing.
fn some_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match u64::deserialize(deserializer)? {
        0 => Err(D::Error::custom("per_ms has to be from 1 up")),
        length => Ok(length),
    }
}

/// `REQUESTS/SECONDS`, for every key.
impl std::str::FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.split_once('/').and_then(|(requests, seconds)| {
            let per_ms = seconds.parse::<u64>().ok().filter(|seconds| *seconds > 0)?.checked_mul(1000)?;
            Some(Self { key: None, requests: requests.parse().ok()?, per_ms, retry_after: None })
        });
        parsed.ok_or_else(|| "expected REQUESTS/SECONDS, for example 10/60".to_owned())
    }
}

impl Limit {
    const fn window(&self) -> Duration {
        Duration::from_millis(self.per_ms)
    }
}

/// How many requests a key may make in a window, and how many of them are left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quota {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// Where a request was one too many: in how many seconds to come back.
    refused: Option<u64>,
}

impl Quota {
    /// An error where a request was one too many.
    pub(crate) fn admitted(&self) -> Result<(), ApiError> {
        match self.refused {
            None => Ok(()),
            retry_after => {
                Err(ApiError { status: 429, message: "Too many requests".to_owned(), retry_after })
            }
        }
    }
}

/// When windows that have passed are forgotten: where every key is accepted, there may be many.
const MOST_WINDOWS: usize = 1000;

/// Keeps keys to their limits.
pub(crate) struct Throttle(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// By key; none for all others.
    limits: HashMap<Option<String>, Limit>,
    /// When a key's window began, and how many requests it has had.
    windows: HashMap<String, (Instant, u32)>,
}

/// The limit of a key.
fn limit_of<'l>(limits: &'l HashMap<Option<String>, Limit>, key: &str) -> Option<&'l Limit> {
    limits.get(&Some(key.to_owned())).or_else(|| limits.get(&None))
}

impl Throttle {
    pub(crate) fn new(limits: Vec<Limit>) -> Self {
        let throttle = Self(Mutex::default());
        for limit in limits {
            throttle.set(limit);
        }
        throttle
    }

    /// Sets a limit; windows begin anew.
    pub(crate) fn set(&self, limit: Limit) {
        let mut inner = self.lock();
        inner.windows.clear();
        inner.limits.insert(limit.key.clone(), limit);
    }

    pub(crate) fn clear(&self) {
        *self.lock() = Inner::default();
    }

    /// Counts a request of a key; an error where it is one too many.
    pub(crate) fn admit(&self, key: &str) -> Result<(), ApiError> {
        self.count(key).map_or(Ok(()), |quota| quota.admitted())
    }

    /// What is left of the limit of a key, if it has one.
    pub(crate) fn look(&self, key: &str) -> Option<Quota> {
        let inner = self.lock();
        let limit = limit_of(&inner.limits, key)?;
        let current = inner.windows.get(key).filter(|(begun, _)| begun.elapsed() < limit.window());
        let count = current.map_or(0, |(_, count)| *count);
        Some(Quota { limit: limit.requests, remaining: limit.requests.saturating_sub(count), refused: None })
    }

    /// Counts a request of a key; what is left of its limit, if it has one.
    pub(crate) fn count(&self, key: &str) -> Option<Quota> {
        let mut inner = self.lock();
        let Inner { limits, windows } = &mut *inner;
        let limit = limit_of(limits, key)?;
        let length = limit.window();
        if windows.len() >= MOST_WINDOWS {
            windows.retain(|_, (begun, _)| begun.elapsed() < length);
        }
        let (begun, count) = windows.entry(key.to_owned()).or_insert_with(|| (Instant::now(), 0));
        if begun.elapsed() >= length {
            (*begun, *count) = (Instant::now(), 0);
        }
        if *count < limit.requests {
            *count += 1;
            return Some(Quota { limit: limit.requests, remaining: limit.requests - *count, refused: None });
        }
        let left = length.saturating_sub(begun.elapsed()).as_millis().div_ceil(1000);
        let left = u64::try_from(left).unwrap_or(u64::MAX).max(1);
        let refused = Some(limit.retry_after.unwrap_or(left));
        Some(Quota { limit: limit.requests, remaining: 0, refused })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
