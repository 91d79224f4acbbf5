//! How many jobs of each key run.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts them.
#[derive(Clone, Default)]
pub(super) struct Counter(Arc<Mutex<HashMap<String, usize>>>);

/// A job counts as long as it is there.
pub(super) struct Running {
    key: String,
    counter: Counter,
}

impl Counter {
    /// Counts one more, unless so many of this key run already.
    pub(super) fn begin(&self, key: &str, most: Option<usize>) -> Option<Running> {
        let mut counts = self.lock();
        let count = counts.entry(key.to_owned()).or_default();
        if most.is_some_and(|most| *count >= most) {
            return None;
        }
        *count += 1;
        drop(counts);
        Some(Running { key: key.to_owned(), counter: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut counts = self.counter.lock();
        match counts.get_mut(&self.key) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(counts.remove(&self.key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_a_count_of_its_own_which_falls_again() {
        let counter = Counter::default();
        let one = counter.begin("a", Some(1)).unwrap();
        assert!(counter.begin("a", Some(1)).is_none());
        let _other = counter.begin("b", Some(1)).unwrap();
        assert!(counter.begin("a", None).is_some());
        drop(one);
        assert!(counter.begin("a", Some(1)).is_some());
    }
}
