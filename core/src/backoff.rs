//! Backoff with jitter, and the budgets that make every conversion end.
//!
//! API documentation, "Throttling": an exponential backoff is recommended.

use crate::policy::Policy;
use crate::time::{Timestamp, times};

/// How long before the end of its patience something asks for the last time, in milliseconds, unless the service asked it to
/// wait for longer.
const LAST_ASKED: u64 = 1_000;

/// When a request is repeated after this wait, which is cut to fit into the patience that is left, but never below what the
/// service asked for. None where it does not fit.
pub(crate) fn repeated_at(
    now: Timestamp,
    wait: u64,
    retry_after: Option<u64>,
    begun: Timestamp,
    end: Timestamp,
) -> Option<Timestamp> {
    let latest = end.earlier(LAST_ASKED.min(end.since(begun) / 10));
    let least = now.later(retry_after.unwrap_or(0));
    if least >= end || least == now && now >= latest {
        return None;
    }
    Some(now.later(wait).min(latest).max(least))
}

/// The state of the retries of one conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Backoff {
    pub(crate) random: Random,
    /// Failures in a row of the present call.
    pub(crate) attempt: u32,
    /// Repeats after failures that are left in the whole conversion.
    pub(crate) budget: u32,
    /// Repeats after being told to slow down that are left in the whole conversion.
    pub(crate) throttles: u32,
    /// Repeats that are left for the deletion of the process.
    pub(crate) cleanup: u32,
    /// How many calls have to be accepted at once until the service counts as free again; 0 where it is.
    pub(crate) crowd: u32,
}

impl Backoff {
    pub(crate) fn new(policy: &Policy, seed: u64) -> Self {
        Self {
            random: Random(seed),
            attempt: 0,
            budget: policy.retries,
            throttles: policy.throttles,
            cleanup: 0,
            crowd: 0,
        }
    }

    /// Another call begins.
    pub(crate) fn begin(&mut self) {
        if self.attempt == 0 {
            self.crowd = self.crowd.saturating_sub(1);
        }
        self.attempt = 0;
    }

    /// What was repeated came on: failures begin to count anew.
    pub(crate) fn renew(&mut self, policy: &Policy) {
        self.attempt = 0;
        self.budget = policy.retries;
    }

    /// Takes one repeat from the budget and tells how long to wait before it, in milliseconds; `None` when it is spent.
    pub(crate) fn after_failure(&mut self, policy: &Policy, retry_after: Option<u64>) -> Option<u64> {
        self.budget = self.budget.checked_sub(1)?;
        Some(self.wait(policy, retry_after))
    }

    /// The same when the service asked to slow down, which has a budget of its own.
    pub(crate) fn after_throttle(&mut self, policy: &Policy, retry_after: Option<u64>) -> Option<u64> {
        self.throttles = self.throttles.checked_sub(1)?;
        Some(self.wait(policy, retry_after))
    }

    /// The same for the deletion of the process, which must neither fail for want of repeats nor earn any.
    pub(crate) fn in_cleanup(&mut self, policy: &Policy, retry_after: Option<u64>) -> Option<u64> {
        self.cleanup = self.cleanup.checked_sub(1)?;
        Some(self.wait(policy, retry_after))
    }

    /// Without a word from the service: full jitter. With `Retry-After`: never sooner than that.
    ///
    /// Many clients are told the same at the same time. Two refusals in a row may be chance, and cost at most twice what was
    /// asked for. A third one shows that there are many clients. From then on each of them comes back once in about nine times
    /// the delay, spread evenly: the service is busy, and gets no more than it can take. (`cargo xtask bench herd` has the
    /// figures.)
    fn wait(&mut self, policy: &Policy, retry_after: Option<u64>) -> u64 {
        let Some(wait) = retry_after.filter(|wait| *wait > 0) else { return self.full_jitter(policy) };
        let attempt = self.attempt;
        self.attempt = attempt.saturating_add(1);
        let capped = |factor| times(wait, factor).min(policy.backoff_cap);
        if attempt < CHANCE && self.crowd == 0 {
            return wait.saturating_add(self.random.below(capped(1)));
        }
        self.crowd = CALM;
        if attempt <= CHANCE {
            self.attempt = CHANCE.max(self.attempt);
            return wait.saturating_add(self.random.below(capped(SPREAD)));
        }
        let turn = wait.saturating_add(capped(CROWD));
        (turn - turn / 10).max(wait).saturating_add(self.random.below(turn / 5))
    }

    /// Anything from nothing to a bound that doubles with each failure in a row.
    fn full_jitter(&mut self, policy: &Policy) -> u64 {
        let doubled = 1_u64.checked_shl(self.attempt.min(32)).unwrap_or(u64::MAX);
        let bound = times(policy.backoff_base, doubled).min(policy.backoff_cap);
        self.attempt = self.attempt.saturating_add(1);
        self.random.below(bound)
    }
}

/// How many refusals in a row may be chance.
const CHANCE: u32 = 2;
/// How many calls in a row have to be accepted at once until the service counts as free again.
const CALM: u32 = 3;
/// How many times `Retry-After` a client waits besides, at most, when it has just learnt that there are many.
const SPREAD: u64 = 10;
/// The same later, always.
const CROWD: u64 = 8;

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

    /// A text of random letters and digits behind a prefix: twice so many, of 5 bits each.
    #[cfg(any(feature = "framing", feature = "v2"))]
    pub(crate) fn letters(&mut self, prefix: &str, each: u32) -> String {
        const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
        let mut text = prefix.as_bytes().to_vec();
        for _ in 0..2 {
            let bits = self.next();
            text.extend((0..each).map(|at| DIGITS[(bits >> (at * 5) & 31) as usize]));
        }
        String::from_utf8(text).unwrap_or_default()
    }

    /// A number from 0 to `bound`, both included.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.saturating_add(1).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_stay_under_the_cap_and_end() {
        let policy = Policy::default();
        let mut backoff = Backoff::new(&policy, 7);
        let waits: Vec<_> = std::iter::from_fn(|| backoff.after_failure(&policy, None)).collect();
        assert_eq!(waits.len(), policy.retries as usize);
        assert!(waits[0] <= policy.backoff_base);
        assert!(waits.iter().all(|wait| *wait <= policy.backoff_cap));
    }

    #[test]
    fn retry_after_is_a_lower_bound() {
        let policy = Policy::default();
        for seed in 0..1000 {
            let mut backoff = Backoff::new(&policy, seed);
            for most in [2_000, 2_000, 11_000, 11_000, 11_000] {
                let wait = backoff.after_throttle(&policy, Some(1_000)).unwrap();
                assert!((1_000..=most).contains(&wait), "{wait}");
            }
            assert!(backoff.after_throttle(&policy, Some(u64::MAX)).unwrap() == u64::MAX);
        }
    }
}
