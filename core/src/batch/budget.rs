//! The repeats that all members have in common.

use std::time::Duration;

use crate::time::Timestamp;

/// How many repeats there are to begin with, and at most.
const MOST: u32 = 100;
/// How many answers earn one repeat.
const ANSWERS: u32 = 10;
/// When all is spent, one repeat is free in this time, to find out whether the service works again.
const PROBE: Duration = Duration::from_secs(1);

/// Repeats to be spent, in tenths.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    tenths: u32,
    probed: Timestamp,
}

impl Default for Budget {
    fn default() -> Self {
        Self { tenths: MOST * ANSWERS, probed: Timestamp::default() }
    }
}

impl Budget {
    /// An answer has come.
    pub(super) fn earn(&mut self) {
        self.tenths = (self.tenths + 1).min(MOST * ANSWERS);
    }

    /// Takes one repeat, or tells when there will be one.
    pub(super) fn spend(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        if self.tenths >= ANSWERS {
            self.tenths -= ANSWERS;
            return Ok(());
        }
        let free = self.probed + PROBE;
        if now < free {
            return Err(free);
        }
        self.probed = now;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spent_is_earned_by_answers() {
        let [first, second, third] = [500, 1_000, 2_000].map(Timestamp::from_millis);
        let mut budget = Budget::default();
        let spent = (0..1000).take_while(|_| budget.spend(first).is_ok()).count();
        assert_eq!(spent, MOST as usize);
        assert_eq!(budget.spend(first), Err(second));
        assert!(budget.spend(second).is_ok(), "one is free now and then");
        assert_eq!(budget.spend(second), Err(third));
        (0..ANSWERS).for_each(|_| budget.earn());
        assert!(budget.spend(second).is_ok());
    }
}
