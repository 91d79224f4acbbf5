//! A host that has no network for a while, or sleeps: what fails meanwhile counts for nothing, and nothing is waited out once
//! there is one again.

use std::time::Duration;

use super::Conversion;
use super::endings::Ending;
use super::flight::Turn;
use crate::time::Timestamp;

/// How often it is tried all the same: hosts may be wrong, and a service may be on the same machine.
pub(super) const PROBE: Duration = Duration::from_secs(30);
/// How long a request that was out meanwhile has to show that it still moves.
const REVIVAL: Duration = Duration::from_secs(5);
/// How late a host may be that is awake. Browsers wake what is in the background once a minute.
#[cfg(feature = "conversions")]
const LATE: u64 = 120_000;
/// What people see meanwhile.
pub(super) const NOTICE: &str = "there is no network; it goes on as soon as there is one";

impl Conversion {
    /// The network is gone.
    pub(super) fn went_offline(&mut self, now: Timestamp) {
        self.patience.offline.get_or_insert(now);
    }

    /// The network is back: the time without it does not count, and what waited for it goes on at once.
    pub(super) fn came_online(&mut self, now: Timestamp) {
        let Some(since) = self.patience.offline.take() else { return };
        if self.is_ending() {
            return;
        }
        self.patience.deadline = self.patience.deadline.later(now.since(since));
        self.patience.failing = None;
        match self.flight.turn {
            Turn::Waiting { .. } if self.patience.stalled => self.flight.turn = Turn::Ready,
            // A question costs nothing.
            Turn::Out { .. } if self.at.asks() => self.flight.turn = Turn::Ready,
            Turn::Out { deadline } => {
                self.flight.turn = Turn::Out { deadline: deadline.min(now + REVIVAL) };
            }
            _ => {}
        }
    }

    /// A host that comes much later slept: it had no network either. An upload alone is not that long.
    #[cfg(feature = "conversions")]
    pub(super) fn woke(&mut self, now: Timestamp) {
        let back = std::mem::replace(&mut self.patience.back, Timestamp::MAX);
        if now.since(back) > LATE && !self.is_offline() {
            self.went_offline(back);
            self.came_online(now);
        }
    }

    /// Whether there is no network and the time does not count therefore. Cleaning up has its own, in any case.
    pub(super) fn is_offline(&self) -> bool {
        self.patience.offline.is_some() && !self.is_ending()
    }

    /// When the patience ends, as far as can be said.
    pub(super) fn due(&self) -> Timestamp {
        if self.is_offline() { Timestamp::MAX } else { self.patience.deadline }
    }

    const fn is_ending(&self) -> bool {
        matches!(self.ending, Some(Ending::Done(_)))
    }
}
