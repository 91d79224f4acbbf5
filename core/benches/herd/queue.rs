//! What will happen, in order of time.

use std::collections::BTreeMap;

use cloudconvert_core::Timestamp;

pub(crate) struct Queue<T> {
    entries: BTreeMap<(Timestamp, u64), T>,
    order: u64,
}

impl<T> Queue<T> {
    pub(crate) const fn new() -> Self {
        Self { entries: BTreeMap::new(), order: 0 }
    }

    pub(crate) fn push(&mut self, time: Timestamp, entry: T) {
        self.order += 1;
        self.entries.insert((time, self.order), entry);
    }

    /// The next thing to happen, unless it is later than that.
    pub(crate) fn pop(&mut self, until: Timestamp) -> Option<(Timestamp, T)> {
        let first = self.entries.first_entry().filter(|entry| entry.key().0 <= until)?;
        let ((time, _), entry) = first.remove_entry();
        Some((time, entry))
    }
}
