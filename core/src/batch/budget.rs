//! The repeats that all members have in common.

use crate::http::Timestamp;

/// How many repeats there are to begin with, and how many can be put by.
const MOST: u32 = 100;
/// How many answers earn one repeat.
const ANSWERS: u32 = 10;
/// When all is spent, one repeat is free in this time, in milliseconds: somebody has to find out that all is well again.
const PROBE: u64 = 1_000;

/// Repeats to be spent, in tenths.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    tenths: u32,
    probed: Timestamp,
}

impl Default for Budget {
    fn default() -> Self {
        Self { tenths: MOST * ANSWERS, probed: 0 }
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
        let free = self.probed.saturating_add(PROBE);
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
        let mut budget = Budget::default();
        let spent = (0..1000).take_while(|_| budget.spend(500).is_ok()).count();
        assert_eq!(spent, MOST as usize);
        assert_eq!(budget.spend(500), Err(1_000));
        assert!(budget.spend(1_000).is_ok(), "one is free now and then");
        assert_eq!(budget.spend(1_000), Err(2_000));
        (0..ANSWERS).for_each(|_| budget.earn());
        assert!(budget.spend(1_000).is_ok());
    }
}
