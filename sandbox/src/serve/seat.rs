//! A place that a connection has, and what its requests do with it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use futures_util::FutureExt;

use super::places::{GRACE, Place, Places};
use crate::error::ApiError;

/// For each place to work there are so many to wait.
const WAITING: usize = 4;

/// A place that is taken; requests have it among their extensions.
#[derive(Clone)]
pub(crate) struct Seat {
    pub(super) places: Arc<Places>,
    pub(super) place: Arc<Place>,
}

impl Places {
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
}

impl Seat {
    /// All of a request has come.
    pub(super) fn heard(&self) {
        self.place.heard.store(true, Ordering::Relaxed);
    }

    /// A request begins, or its answer does: the client's turn.
    pub(super) fn begin(&self) {
        self.place.heard.store(false, Ordering::Relaxed);
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

    /// Its client listens from now on, and takes no place of those who work. False where too many do.
    pub(crate) fn listen(&self) -> bool {
        self.place.waiting.load(Ordering::Relaxed) || self.start_waiting().is_ok()
    }

    pub(super) fn leave(&self) {
        let mut table = self.places.lock();
        table.taken.remove(&self.place.number);
        if self.place.waiting.swap(false, Ordering::Relaxed) {
            table.waiting -= 1;
        }
        drop(table);
        self.places.freed.notify_one();
    }

    fn start_waiting(&self) -> Result<(), ApiError> {
        let mut table = self.places.lock();
        if table.waiting >= self.places.most * WAITING {
            let message =
                "Too many clients wait at present; ask without waiting, or try again later".to_owned();
            return Err(ApiError { status: 503, message, retry_after: Some(5) });
        }
        // One that has just lost its place is not among them any more.
        if table.taken.contains_key(&self.place.number) {
            table.waiting += 1;
            self.place.waiting.store(true, Ordering::Relaxed);
        }
        self.places.freed.notify_one();
        Ok(())
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
        seat.start_waiting().map(|()| Self(seat))
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
        self.0.heard();
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
    async fn who_waits_for_an_answer_stays() {
        let places = Places::new(2);
        let (asking, idle) = (places.take().await, places.take().await);
        idle.moved(1000);
        asking.begin();
        asking.heard();
        let third = places.take().await;
        assert!(!asking.place.lost.is_cancelled() && idle.place.lost.is_cancelled());
        asking.begin();
        third.moved(1000);
        places.take().await;
        assert!(asking.place.lost.is_cancelled(), "it does not read its answer");
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
