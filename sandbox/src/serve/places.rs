//! Places: how many connections there are at once, and which one goes when there is no place for another.
//!
//! Whoever waits for a conversion (a long poll, an early download) takes none from those who bring and fetch files. Of
//! the others, the one that moves the fewest bytes goes: that is one that is silent, or has nothing to say. It never is one
//! that has said all and waits for its answer: how long that takes is up to the service.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// So long a connection has to say what it wants before it can lose its place.
pub(super) const GRACE: Duration = Duration::from_secs(1);

/// All places of a service.
pub(crate) struct Places {
    pub(super) most: usize,
    table: Mutex<Table>,
    pub(super) freed: Notify,
}

#[derive(Default)]
pub(super) struct Table {
    next: u64,
    pub(super) taken: HashMap<u64, Arc<Place>>,
    pub(super) waiting: usize,
}

/// The place of one connection.
pub(super) struct Place {
    pub(super) number: u64,
    /// The bytes that came and went since its last request began, and when that was.
    pub(super) moved: AtomicU64,
    pub(super) since: Mutex<Instant>,
    pub(super) waiting: AtomicBool,
    /// Whether all of a request has come, and its answer has not begun.
    pub(super) heard: AtomicBool,
    /// Cancelled when it is given to another.
    pub(super) lost: CancellationToken,
}

impl Places {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most: most.max(1), table: Mutex::default(), freed: Notify::new() })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    pub(super) fn take(&mut self, most: usize) -> Option<Arc<Place>> {
        if self.taken.len() - self.waiting >= most {
            let slowest = self.slowest()?;
            slowest.lost.cancel();
            self.taken.remove(&slowest.number);
        }
        self.next += 1;
        let place = Arc::new(Place {
            number: self.next,
            moved: AtomicU64::new(0),
            since: Mutex::new(Instant::now()),
            waiting: AtomicBool::new(false),
            heard: AtomicBool::new(false),
            lost: CancellationToken::new(),
        });
        self.taken.insert(place.number, place.clone());
        Some(place)
    }

    fn slowest(&self) -> Option<Arc<Place>> {
        let is_turn = |place: &&Arc<Place>| {
            !place.waiting.load(Ordering::Relaxed) && !place.heard.load(Ordering::Relaxed)
        };
        let working = self.taken.values().filter(is_turn);
        let speeds = working.filter_map(|place| {
            let age = place.lock().elapsed();
            (age >= GRACE).then(|| (place.speed(age), std::cmp::Reverse(age), place))
        });
        speeds.min_by_key(|(speed, age, _)| (*speed, *age)).map(|(.., place)| place.clone())
    }
}

impl Place {
    /// In bytes a second.
    fn speed(&self, age: Duration) -> u64 {
        let age = u64::try_from(age.as_millis()).unwrap_or(u64::MAX).max(1);
        self.moved.load(Ordering::Relaxed).saturating_mul(1000) / age
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Instant> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
