//! Faults on demand: the next matching requests are answered wrongly, late, half, or not at all.

mod journal;
mod kind;
mod rule;
mod strike;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use journal::Journal;
pub use kind::Kind;
pub use rule::{Cut, Rule};
pub(crate) use strike::{CutOff, KindOf, Target, middleware};

/// The rules in force, in the order in which they were set.
pub(crate) struct Faults {
    rules: Mutex<Vec<Armed>>,
    /// Where the chances of the next rule begin that names no seed.
    seed: Mutex<u64>,
}

/// A rule and how far it is.
struct Armed {
    rule: Rule,
    chances: fastrand::Rng,
}

impl Faults {
    pub(crate) fn new(rules: Vec<Rule>, seed: u64) -> Self {
        let faults = Self { rules: Mutex::default(), seed: Mutex::new(seed) };
        faults.add(rules);
        faults
    }

    pub(crate) fn add(&self, rules: Vec<Rule>) {
        let mut next = self.seed.lock().unwrap_or_else(PoisonError::into_inner);
        let armed = rules.into_iter().map(|rule| {
            let seed = rule.seed.unwrap_or(*next);
            *next = next.wrapping_add(1);
            Armed { rule, chances: fastrand::Rng::with_seed(seed) }
        });
        self.lock().extend(armed);
    }

    /// The rules as they are now: `skip` and `times` have been counted down.
    pub(crate) fn list(&self) -> Vec<Rule> {
        self.lock().iter().map(|armed| armed.rule.clone()).collect()
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// The rule that strikes a request of this kind, if one does. Rules are asked in order, until one strikes.
    pub(crate) fn strike(&self, kind: Kind) -> Option<Rule> {
        self.lock().iter_mut().find_map(|armed| armed.strike(kind).then(|| armed.rule.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Armed>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Armed {
    /// Whether it strikes; counts the request.
    fn strike(&mut self, kind: Kind) -> bool {
        let rule = &mut self.rule;
        if !rule.is_for(kind) || rule.times == Some(0) {
            return false;
        }
        if rule.skip > 0 {
            rule.skip -= 1;
            return false;
        }
        if rule.probability.is_some_and(|probability| self.chances.f64() >= probability) {
            return false;
        }
        rule.times = rule.times.map(|times| times - 1);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(rules: serde_json::Value) -> Faults {
        Faults::new(serde_json::from_value(rules).unwrap(), 7)
    }

    fn statuses(faults: &Faults, kind: Kind, count: usize) -> Vec<Option<u16>> {
        (0..count).map(|_| faults.strike(kind).and_then(|rule| rule.status)).collect()
    }

    #[test]
    fn skip_and_times_count_requests_of_their_kind() {
        let faults = faults(json!([{"kind": "status", "skip": 1, "times": 2, "status": 500}]));
        assert!(faults.strike(Kind::Upload).is_none());
        assert_eq!(statuses(&faults, Kind::Status, 4), [None, Some(500), Some(500), None]);
    }

    #[test]
    fn a_rule_counts_what_those_before_it_let_pass() {
        let faults = faults(json!([
            {"kind": "create", "skip": 1, "times": 1, "status": 500},
            {"kind": "create", "skip": 1, "times": 1, "status": 502},
        ]));
        assert_eq!(statuses(&faults, Kind::Create, 4), [None, Some(500), Some(502), None]);
    }

    #[test]
    fn without_a_kind_it_is_for_all_requests_but_not_for_conversions() {
        let faults = faults(json!([{"status": 500}]));
        assert!(faults.strike(Kind::Run).is_none());
        assert_eq!(statuses(&faults, Kind::List, 2), [Some(500); 2]);
    }

    #[test]
    fn chances_come_from_the_seed() {
        let rule = json!([{"kind": "status", "probability": 0.25, "status": 500}]);
        let struck = |faults: Faults| -> Vec<bool> {
            (0..4000).map(|_| faults.strike(Kind::Status).is_some()).collect()
        };
        let first = struck(faults(rule.clone()));
        assert_eq!(first, struck(faults(rule)));
        let count = first.iter().filter(|struck| **struck).count();
        assert!((900..1100).contains(&count), "{count} of 4000");
        for seed in [0_u64, 1, u64::MAX, 0x9E37_79B9_7F4A_7C15] {
            let other = struck(faults(json!([{"kind": "status", "probability": 0.5, "seed": seed}])));
            let count = other.iter().filter(|struck| **struck).count();
            assert!((1850..2150).contains(&count), "{count} of 4000 with seed {seed}");
        }
    }

    #[test]
    fn never_and_always_are_exact() {
        for (probability, expected) in [(0.0, 0), (1.0, 100)] {
            let faults = faults(json!([{"probability": probability}]));
            let struck = (0..100).filter(|_| faults.strike(Kind::Start).is_some()).count();
            assert_eq!(struck, expected);
        }
    }
}
