//! Places: how many connections there are at once, and which one goes when there is no place for another.
//!
//! Whoever waits for a conversion (a long poll, an early download) takes none from those who bring and fetch files. Of
//! the others, the one that moves the fewest bytes goes: that is one that is silent, or has nothing to say.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use futures_util::FutureExt;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::error::ApiError;

/// So long a connection has to say what it wants before it can lose its place.
const GRACE: Duration = Duration::from_secs(1);
/// For each place to work there are so many to wait.
const WAITING: usize = 4;

/// All places of a service.
pub(crate) struct Places {
    most: usize,
    table: Mutex<Table>,
    freed: Notify,
}

#[derive(Default)]
struct Table {
    next: u64,
    taken: HashMap<u64, Arc<Place>>,
    waiting: usize,
}

/// The place of one connection.
struct Place {
    number: u64,
    /// The bytes that came and went since its last request began, and when that was.
    moved: AtomicU64,
    since: Mutex<Instant>,
    waiting: AtomicBool,
    /// Cancelled when it is given to another.
    lost: CancellationToken,
}

/// A place that is taken; requests have it among their extensions.
#[derive(Clone)]
pub(crate) struct Seat {
    places: Arc<Places>,
    place: Arc<Place>,
}

impl Places {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most: most.max(1), table: Mutex::default(), freed: Notify::new() })
    }

    /// A place for one more connection, given back by [`Seat::leave`].
    pub(crate) async fn take(self: &Arc<Self>) -> Seat {
        loop {
            if let Some(place) = self.lock().take(self.most) {
                return Seat { places: self.clone(), place };
            }
            // Until one is free, or somebody has had his time.
            let _ = tokio::time::timeout(GRACE / 10, self.freed.notified()).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn take(&mut self, most: usize) -> Option<Arc<Place>> {
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
            lost: CancellationToken::new(),
        });
        self.taken.insert(place.number, place.clone());
        Some(place)
    }

    fn slowest(&self) -> Option<Arc<Place>> {
        let working = self.taken.values().filter(|place| !place.waiting.load(Ordering::Relaxed));
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

    fn lock(&self) -> MutexGuard<'_, Instant> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// A request begins.
    pub(super) fn begin(&self) {
        *self.place.lock() = Instant::now();
        self.place.moved.store(0, Ordering::Relaxed);
    }

    pub(super) fn moved(&self, bytes: usize) {
        self.place.moved.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Done when the place is given to another.
    pub(super) fn lost(&self) -> impl Future<Output = ()> + use<> {
        self.place.lost.clone().cancelled_owned()
    }

    pub(super) fn leave(&self) {
        self.places.lock().taken.remove(&self.place.number);
        self.places.freed.notify_one();
    }

    /// Waits for something that is not up to the client, without taking a place from others.
    pub(crate) async fn wait<T>(&self, something: impl Future<Output = T>) -> Result<T, ApiError> {
        let mut something = std::pin::pin!(something);
        if let Some(done) = (&mut something).now_or_never() {
            return Ok(done);
        }
        let waiting = Waiting::begin(self)?;
        let done = something.await;
        drop(waiting);
        Ok(done)
    }
}

/// As long as it is there, a seat waits.
struct Waiting<'a>(&'a Seat);

impl<'a> Waiting<'a> {
    fn begin(seat: &'a Seat) -> Result<Self, ApiError> {
        let mut table = seat.places.lock();
        if table.waiting >= seat.places.most * WAITING {
            let message = "Too many clients wait at present; ask without wait".to_owned();
            return Err(ApiError { status: 503, message, retry_after: Some(5) });
        }
        // One that has just lost its place is not among them any more.
        if table.taken.contains_key(&seat.place.number) {
            table.waiting += 1;
            seat.place.waiting.store(true, Ordering::Relaxed);
        }
        seat.places.freed.notify_one();
        Ok(Self(seat))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut table = self.0.places.lock();
        if self.0.place.waiting.swap(false, Ordering::Relaxed) {
            table.waiting -= 1;
        }
        drop(table);
        self.0.begin();
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Seat {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get().cloned().ok_or_else(|| ApiError::new(500, "The service had an internal error"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_slowest_goes() {
        let places = Places::new(2);
        let (slow, fast) = (places.take().await, places.take().await);
        fast.moved(1000);
        slow.moved(1);
        let begun = Instant::now();
        let third = places.take().await;
        assert!(begun.elapsed() >= GRACE / 2, "nobody goes at once");
        assert!(slow.place.lost.is_cancelled() && !fast.place.lost.is_cancelled());
        slow.leave();
        fast.leave();
        places.take().await;
        assert!(!third.place.lost.is_cancelled());
    }

    #[tokio::test]
    async fn those_who_wait_take_no_place() {
        let places = Places::new(1);
        let mut waiting = Vec::new();
        for _ in 0..WAITING {
            let seat = places.take().await;
            let mut wait = Box::pin(async move { seat.wait(std::future::pending::<()>()).await });
            assert!((&mut wait).now_or_never().is_none());
            waiting.push(wait);
        }
        let seat = places.take().await;
        assert_eq!(seat.wait(std::future::ready(7)).await.unwrap(), 7);
        assert_eq!(seat.wait(std::future::pending::<()>()).await.unwrap_err().status, 503);
        waiting.pop();
        assert!(seat.wait(std::future::pending::<()>()).now_or_never().is_none());
        assert_eq!(places.lock().waiting, WAITING - 1);
    }
}
