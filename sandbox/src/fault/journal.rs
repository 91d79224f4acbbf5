//! What requests there were, for tests that want to know.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

/// How many requests are remembered.
const MOST: usize = 10_000;
/// How many bytes of a path are: strangers have paths of any length.
const LONGEST_PATH: usize = 512;

/// The last requests; none where nobody may ask.
pub(crate) struct Journal(Option<Mutex<VecDeque<Value>>>);

impl Journal {
    pub(crate) fn new(kept: bool) -> Self {
        Self(kept.then(Mutex::default))
    }

    pub(super) fn record(&self, entry: impl FnOnce() -> Value) {
        if let Some(mut entries) = self.lock() {
            if entries.len() == MOST {
                entries.pop_front();
            }
            entries.push_back(entry());
        }
    }

    /// What is remembered of a path.
    pub(super) fn path(path: &str) -> &str {
        &path[..path.floor_char_boundary(LONGEST_PATH)]
    }

    pub(crate) fn list(&self) -> Vec<Value> {
        self.lock().map(|entries| entries.iter().cloned().collect()).unwrap_or_default()
    }

    pub(crate) fn clear(&self) {
        if let Some(mut entries) = self.lock() {
            entries.clear();
        }
    }

    fn lock(&self) -> Option<MutexGuard<'_, VecDeque<Value>>> {
        self.0.as_ref().map(|entries| entries.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
