//! Points in time, as hosts tell them, and how the machine computes with them: in whole milliseconds.

use std::ops::{Add, AddAssign, Sub};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::json::Value;

/// When something happened, as told by the host: whole milliseconds since the Unix epoch.
///
/// The core has no clock. A host uses one that only goes forward, so that nothing ends too early or waits too long when the
/// system's clock is set:
///
/// ```
/// use std::time::{Duration, Instant, SystemTime};
/// use cloudconvert_core::Timestamp;
///
/// let (start, begun) = (Timestamp::from(SystemTime::now()), Instant::now());
/// let now = || start + begun.elapsed();
///
/// let now = now();
/// let later = now + Duration::from_secs(30);
/// assert_eq!(later.as_millis(), now.as_millis() + 30_000);
/// assert_eq!(later - now, Duration::from_secs(30));
/// assert_eq!(now - later, Duration::ZERO);
/// assert_eq!(now + Duration::MAX, Timestamp::MAX);
/// ```
///
/// What is computed with it stops at both ends, and never panics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// A time that never comes.
    pub const MAX: Self = Self(u64::MAX);

    /// So many milliseconds after the Unix epoch.
    pub const fn from_millis(milliseconds: u64) -> Self {
        Self(milliseconds)
    }

    /// The milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// So many milliseconds later.
    pub(crate) const fn later(self, milliseconds: u64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// So many milliseconds earlier.
    pub(crate) const fn earlier(self, milliseconds: u64) -> Self {
        Self(self.0.saturating_sub(milliseconds))
    }

    /// How many milliseconds have passed since then; none where that is still to come.
    pub(crate) const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Reads the milliseconds that a saved state has of it.
    pub(crate) fn from_value(value: &Value<'_>) -> Option<Self> {
        value.unsigned().map(Self)
    }
}

/// The time of the wall clock; the Unix epoch where that is still to come.
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        Self(time.duration_since(UNIX_EPOCH).map_or(0, millis))
    }
}

/// So much later; [`Timestamp::MAX`] where that is too far. A part of a millisecond counts as a whole one.
impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        self.later(millis(duration))
    }
}

impl AddAssign<Duration> for Timestamp {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

/// So much earlier; the Unix epoch where that is too far. A part of a millisecond counts as a whole one.
impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        self.earlier(millis(duration))
    }
}

/// How much time has passed since the other; none where that is still to come.
impl Sub for Timestamp {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        Duration::from_millis(self.since(earlier))
    }
}

/// A product, or about the largest number where it is larger. The standard library's way takes 128 bits, and 150 bytes of a page.
pub(crate) const fn times(number: u64, factor: u64) -> u64 {
    match u64::MAX.checked_div(factor) {
        Some(most) if number > most => u64::MAX,
        _ => number * factor,
    }
}

/// A length of time in milliseconds. A part of one counts as a whole one, so that no wait is shorter than was asked for.
pub(crate) fn millis(duration: Duration) -> u64 {
    let part = duration.subsec_nanos().div_ceil(1_000_000);
    times(duration.as_secs(), 1_000).saturating_add(part.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_length_of_time_is_too_long_or_too_short() {
        let now = Timestamp::from_millis(1_000);
        assert_eq!(now + Duration::MAX, Timestamp::MAX);
        assert_eq!(now - Duration::MAX, Timestamp::default());
        assert_eq!((now + Duration::from_nanos(1)).as_millis(), 1_001);
        assert_eq!(now + Duration::ZERO, now);
        assert_eq!(millis(Duration::new(1, 999_999_999)), 2_000);
        for milliseconds in [0, 1, 999, 1_000, 21_600_000, u64::MAX] {
            assert_eq!(millis(Duration::from_millis(milliseconds)), milliseconds);
        }
    }
}
