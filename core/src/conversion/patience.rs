//! How many failures a conversion takes before it ends, for how long, and what is known of the service meanwhile.

use crate::backoff::{Backoff, repeated_at};
use crate::error::Error;
use crate::policy::Policy;
use crate::text::digits;
use crate::time::Timestamp;

#[derive(Clone, Debug)]
pub(super) struct Patience {
    pub(super) backoff: Backoff,
    pub(super) begun: Option<Timestamp>,
    pub(super) deadline: Timestamp,
    /// Whether anything has ever answered as the API does.
    pub(super) known: bool,
    /// Since when calls fail, as long as nothing has.
    pub(super) failing: Option<Timestamp>,
    /// The failure that it takes now.
    pub(super) last: Option<Box<Survived>>,
    /// How the service has just asked for patience.
    pub(super) throttled: Option<Throttled>,
    /// Until when what was sent, and whose answer was lost, may still arrive.
    pub(super) doubt: Option<Timestamp>,
    /// Since when the host has no network.
    pub(super) offline: Option<Timestamp>,
    /// Whether what is waited for is the network.
    pub(super) stalled: bool,
    /// When the host comes back at the latest, as far as it is awake.
    #[cfg(feature = "conversions")]
    pub(super) back: Timestamp,
}

/// How the service asks for patience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Throttled {
    /// To slow down for so many milliseconds; 0 where it did not say.
    Pace(u64),
    /// As many conversions run as it takes at once.
    Full,
}

/// A failure that need not be the end.
#[derive(Clone, Debug)]
pub(super) struct Survived {
    /// The error when the time is over.
    pub(super) error: Error,
    /// What is waited for because of it, for people.
    pub(super) notice: String,
}

impl Patience {
    pub(super) fn new(policy: &Policy, seed: u64) -> Self {
        Self {
            backoff: Backoff::new(policy, seed),
            begun: None,
            deadline: Timestamp::MAX,
            known: false,
            failing: None,
            last: None,
            throttled: None,
            doubt: None,
            offline: None,
            stalled: false,
            #[cfg(feature = "conversions")]
            back: Timestamp::MAX,
        }
    }

    /// The deadline counts from what comes next.
    pub(super) fn begin_anew(&mut self) {
        self.begun = None;
        self.deadline = Timestamp::MAX;
    }

    /// The conversion has not begun after all.
    pub(super) fn put_off(&mut self) {
        self.begin_anew();
        self.backoff.throttles = self.backoff.throttles.saturating_add(1);
        self.relax();
    }

    /// An answer has come that is not a failure.
    pub(super) fn relax(&mut self) {
        self.last = None;
    }

    /// When a call is repeated after this wait, within the patience that is left; none where it does not fit.
    pub(super) fn until(
        &mut self,
        now: Timestamp,
        wait: u64,
        retry_after: Option<u64>,
        policy: &Policy,
    ) -> Option<Timestamp> {
        if !self.known {
            self.failing.get_or_insert(now);
        }
        repeated_at(now, wait, retry_after, self.begun.unwrap_or(now), self.ends(policy))
    }

    /// Until when a failure is not the end. As long as nothing has ever answered as the API does, the address may be wrong, and
    /// hours of waiting would not help.
    pub(super) fn ends(&self, policy: &Policy) -> Timestamp {
        match self.failing {
            Some(since) if !self.known => since.later(policy.reach).min(self.deadline),
            _ => self.deadline,
        }
    }

    /// Says what is waited for and until when, for people.
    pub(super) fn announce(&mut self, error: Error, wait: u64, left: u64) {
        let notice =
            [&error.message, "; the next attempt is in ", &span(wait), ", the last one within ", &span(left)]
                .concat();
        self.last = Some(Box::new(Survived { error, notice }));
    }

    /// Whether what was sent, and whose answer was lost, may still arrive.
    pub(super) fn doubts(&self, now: Timestamp) -> bool {
        self.doubt.is_some_and(|until| now < until)
    }
}

/// A length of time for people.
fn span(milliseconds: u64) -> String {
    let seconds = milliseconds.div_ceil(1_000);
    let (number, unit) = match seconds {
        0..=119 => (seconds, " s"),
        120..=7_199 => (seconds / 60, " min"),
        _ => (seconds / 3_600, " h"),
    };
    [&digits(number), unit].concat()
}
