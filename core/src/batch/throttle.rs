//! The pace that all members share.
//!
//! Until the service asks to slow down there is none. From then on the pace follows a cubic curve, as TCP's congestion
//! control does (RFC 9438): it begins below the pace that was accepted last, comes back to it quickly, stays near it
//! for long, and grows beyond it faster and faster, so that a limit that was lifted is found soon.

use std::collections::VecDeque;

use crate::backoff::Random;
use crate::time::Timestamp;

/// What is left of the pace after the service asked to slow down.
const BACK_TO: f64 = 0.85;
/// After how many milliseconds the pace is back where it was.
const PLATEAU: f64 = 12_000.0;
/// The time in which accepted requests are counted, in milliseconds: at least the first, at most the second.
const WINDOW: (u64, u64) = (1_000, 60_000);
/// The slowest pace, in requests per millisecond: a few conversions that were told to wait once tell nothing about the
/// limit, and are not to become slow because of it.
const LEAST: f64 = 0.005;
/// How much of a second's requests may be sent at once.
const BURST: f64 = 0.1;

pub(super) struct Throttle {
    random: Random,
    /// When the requests that were accepted lately had been sent.
    accepted: VecDeque<Timestamp>,
    /// The pace that was accepted last, in requests per millisecond, and since when it holds.
    limit: Option<(f64, Timestamp)>,
    /// Nothing is sent before this time.
    paused_until: Timestamp,
    /// When and within what time the service asked to slow down; the new pace is found when the pause is over.
    asked: Option<(Timestamp, u64)>,
    /// Requests that may be sent at once, and when that was counted.
    credit: (f64, Timestamp),
}

impl Throttle {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            random: Random(seed),
            accepted: VecDeque::new(),
            limit: None,
            paused_until: Timestamp::default(),
            asked: None,
            credit: (0.0, Timestamp::default()),
        }
    }

    /// A request that had been sent then was accepted.
    pub(super) fn accepted(&mut self, sent: Timestamp) {
        self.accepted.push_back(sent);
        let newest = sent.earlier(WINDOW.1);
        while self.accepted.front().is_some_and(|sent| *sent < newest) {
            self.accepted.pop_front();
        }
    }

    /// The service asked to slow down; what had been sent before it last did says nothing new.
    pub(super) fn slow_down(&mut self, now: Timestamp, sent: Timestamp, retry_after: u64) {
        // A little spread, because other programs were told the same.
        let spread = self.random.below(retry_after.min(1_000) / 20);
        self.paused_until = self.paused_until.max(now.later(retry_after).later(spread));
        let known = self.limit.is_some_and(|(_, since)| sent < since);
        if self.asked.is_none() && !known {
            self.asked = Some((sent, retry_after.clamp(WINDOW.0, WINDOW.1)));
        }
    }

    /// Whether a request may be sent now; else when to ask again.
    pub(super) fn admit(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        if now < self.paused_until {
            return Err(self.paused_until);
        }
        self.resume(now);
        let Some(pace) = self.pace(now) else { return Ok(()) };
        let (credit, then) = self.credit;
        #[allow(clippy::cast_precision_loss)]
        let credit = (credit + pace * now.since(then) as f64).min((pace * 1_000.0 * BURST).max(1.0));
        self.credit = (credit, now);
        if credit >= 1.0 {
            return Ok(());
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let wait = ((1.0 - credit) / pace).ceil() as u64;
        Err(now.later(wait.max(1)))
    }

    /// A request is sent.
    pub(super) fn take(&mut self) {
        if self.limit.is_some() {
            self.credit.0 -= 1.0;
        }
    }

    /// After a pause: the new limit is the pace that was accepted before it.
    #[allow(clippy::cast_precision_loss)]
    fn resume(&mut self, now: Timestamp) {
        let Some((asked, window)) = self.asked.take() else { return };
        let lately = |sent: &&Timestamp| **sent <= asked && asked.since(**sent) < window;
        let accepted = self.accepted.iter().filter(lately).count();
        self.limit = Some((accepted.max(1) as f64 / window as f64, now));
        self.credit = (1.0, now);
    }

    /// The pace now, in requests per millisecond.
    #[allow(clippy::cast_precision_loss)]
    fn pace(&self, now: Timestamp) -> Option<f64> {
        let (limit, since) = self.limit?;
        let x = (now.since(since) as f64 - PLATEAU) / PLATEAU;
        Some((limit * (1.0 + (1.0 - BACK_TO) * x * x * x)).max(LEAST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_conversion_does_not_crawl_after_a_refusal() {
        let mut throttle = Throttle::new(7);
        let mut now = Timestamp::from_millis(2_000);
        throttle.accepted(Timestamp::from_millis(1_000));
        throttle.slow_down(now, Timestamp::from_millis(1_990), 10_000);
        for _ in 0..10 {
            while let Err(later) = throttle.admit(now) {
                now = later;
            }
            throttle.take();
        }
        assert!((12_000..15_000).contains(&now.as_millis()), "{now:?}");
    }

    /// Sends whenever it may, for a minute and a half, at a service that takes so many requests in each second; gives how
    /// many were taken and how many refused in each.
    fn pace(limit: impl Fn(usize) -> u32) -> Vec<(u32, u32)> {
        let mut throttle = Throttle::new(1);
        let mut seconds = vec![(0, 0); 90];
        for millisecond in 0..90_000_u64 {
            let second = usize::try_from(millisecond / 1_000).unwrap();
            let now = Timestamp::from_millis(millisecond);
            // At most five wait at once, as members of a batch do.
            for _ in 0..5 {
                if throttle.admit(now).is_err() {
                    break;
                }
                throttle.take();
                let (taken, refused) = &mut seconds[second];
                if *taken < limit(second) {
                    *taken += 1;
                    throttle.accepted(now);
                } else {
                    *refused += 1;
                    throttle.slow_down(now, now, 1_000);
                    break;
                }
            }
        }
        seconds
    }

    #[test]
    fn all_slow_down_and_stay_near_the_limit() {
        let seconds = pace(|_| 50);
        let (taken, refused) =
            seconds.iter().fold((0, 0), |sum, second| (sum.0 + second.0, sum.1 + second.1));
        assert!(taken > 90 * 50 * 85 / 100, "{taken} taken: {seconds:?}");
        assert!(refused * 100 < taken, "{refused} refused of {taken}");
    }

    #[test]
    fn all_speed_up_when_the_limit_is_lifted() {
        let seconds = pace(|second| if second < 30 { 20 } else { 1_000 });
        assert!(seconds[29].0 <= 20);
        assert!(seconds[89].0 > 100, "{seconds:?}");
    }
}
