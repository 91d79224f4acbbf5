//! A rate limit per key: so many requests in so many milliseconds, then 429 with `Retry-After`.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde::Deserialize;

/// The limit of one key.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Limit {
    pub(crate) key: String,
    /// How many requests fit in a window.
    pub(crate) requests: u32,
    /// How long a window is, in milliseconds.
    #[serde(default = "a_second")]
    pub(crate) per_ms: u64,
    /// What to say in `Retry-After`, in seconds; none leaves the header out.
    pub(crate) retry_after: Option<u64>,
}

fn a_second() -> u64 {
    1000
}

#[derive(Default)]
pub(crate) struct Throttle(Mutex<HashMap<String, (Limit, Instant, u32)>>);

impl Throttle {
    pub(crate) fn limit(&self, limit: Limit) {
        let entry = (limit.clone(), Instant::now(), 0);
        self.0.lock().expect("no panic while locked").insert(limit.key, entry);
    }

    /// Counts a request. `Err` has what to say in `Retry-After` when the window is full.
    pub(crate) fn admit(&self, key: &str) -> Result<(), Option<u64>> {
        let mut limits = self.0.lock().expect("no panic while locked");
        let Some((limit, begun, count)) = limits.get_mut(key) else { return Ok(()) };
        if begun.elapsed() >= Duration::from_millis(limit.per_ms) {
            (*begun, *count) = (Instant::now(), 0);
        }
        *count += 1;
        if *count > limit.requests { Err(limit.retry_after) } else { Ok(()) }
    }
}
