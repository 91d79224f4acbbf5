//! How fast bytes go, measured over the last seconds, and how much of the whole is done.

use crate::wire::step::Step;
use std::time::Duration;

use crate::time::{Timestamp, times};

/// In milliseconds: what is older than twice this does not count.
const WINDOW: u64 = 3_000;
/// Over less than this a speed says nothing.
const LEAST: u64 = 500;

/// The bytes of one upload or download over time.
#[derive(Clone, Debug, Default)]
pub(super) struct Meter {
    /// When it was told something last.
    pub(super) now: Timestamp,
    /// How much of the whole is done, from 0 to 1.
    pub(super) fraction: f64,
    what: Option<(Step, u32)>,
    bytes: u64,
    /// When there were how many bytes: where the window begins, and where the next one will.
    marks: [(Timestamp, u64); 2],
}

impl Meter {
    /// Takes down how many bytes of this there are now.
    pub(super) fn record(&mut self, now: Timestamp, what: (Step, u32), bytes: u64) {
        let now = now.max(self.now);
        if self.what != Some(what) || bytes < self.bytes {
            self.marks = [(now, bytes); 2];
        }
        (self.now, self.what, self.bytes) = (now, Some(what), bytes);
        if now.since(self.marks[1].0) >= WINDOW {
            self.marks = [self.marks[1], (now, bytes)];
        }
    }

    /// Takes down how much of the whole is done now; less than before, or what is no number, changes nothing.
    pub(super) fn reach(&mut self, fraction: f64) {
        self.fraction = self.fraction.max(fraction).min(1.0);
    }

    /// Bytes per second.
    pub(super) fn speed(&self) -> Option<u64> {
        let (since, before) = self.marks[0];
        let elapsed = self.now.since(since);
        (elapsed >= LEAST).then(|| times(self.bytes - before, 1000) / elapsed)
    }

    /// How long the rest of so many bytes takes.
    pub(super) fn left(&self, total: u64) -> Option<Duration> {
        let speed = self.speed().filter(|speed| *speed > 0)?;
        Some(Duration::from_millis(times(total.saturating_sub(self.bytes), 1000) / speed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPLOAD: (Step, u32) = (Step::Upload, 0);

    fn at(milliseconds: u64) -> Timestamp {
        Timestamp::from_millis(milliseconds)
    }

    #[test]
    fn the_speed_is_that_of_the_last_seconds() {
        let mut meter = Meter::default();
        meter.record(at(10_000), UPLOAD, 0);
        assert_eq!((meter.speed(), meter.left(100)), (None, None), "nothing is known yet");
        for second in 1..=10 {
            meter.record(at(10_000 + second * 1000), UPLOAD, second * 2_000);
        }
        assert_eq!((meter.speed(), meter.left(30_000)), (Some(2_000), Some(Duration::from_secs(5))));
        for second in 11..=20 {
            meter.record(at(10_000 + second * 1000), UPLOAD, 20_000);
        }
        assert_eq!((meter.speed(), meter.left(30_000)), (Some(0), None), "it stands still");
    }

    #[test]
    fn the_whole_never_goes_back() {
        let mut meter = Meter::default();
        let reached = [f64::NAN, -1.0, 0.5, 0.25, f64::NAN, 7.0, f64::INFINITY].map(|fraction| {
            meter.reach(fraction);
            format!("{:.1}", meter.fraction)
        });
        assert_eq!(reached, ["0.0", "0.0", "0.5", "0.5", "0.5", "1.0", "1.0"]);
    }

    #[test]
    fn what_begins_anew_is_measured_anew() {
        let mut meter = Meter::default();
        meter.record(at(0), UPLOAD, 0);
        meter.record(at(1_000), UPLOAD, 1_000);
        meter.record(at(2_000), UPLOAD, 0);
        assert_eq!(meter.speed(), None, "it was sent again");
        meter.record(at(1_000), UPLOAD, 500);
        assert_eq!(meter.speed(), None, "a clock that goes back does no harm");
        meter.record(at(3_000), UPLOAD, 500);
        assert_eq!(meter.speed(), Some(500));
        meter.record(at(3_000), (Step::Download, 0), 700);
        assert_eq!(meter.speed(), None);
    }
}
