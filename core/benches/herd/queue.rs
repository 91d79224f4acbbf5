//! What will happen, in order of time.

use std::collections::BTreeMap;

pub(crate) struct Queue<T> {
    entries: BTreeMap<(u64, u64), T>,
    order: u64,
}

impl<T> Queue<T> {
    pub(crate) const fn new() -> Self {
        Self { entries: BTreeMap::new(), order: 0 }
    }

    pub(crate) fn push(&mut self, time: u64, entry: T) {
        self.order += 1;
        self.entries.insert((time, self.order), entry);
    }

    /// The next thing to happen, unless it is later than that.
    pub(crate) fn pop(&mut self, until: u64) -> Option<(u64, T)> {
        let first = self.entries.first_entry().filter(|entry| entry.key().0 <= until)?;
        let ((time, _), entry) = first.remove_entry();
        Some((time, entry))
    }
}
