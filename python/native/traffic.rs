//! How far a request is that is out: the exchange tells it, and the driver hears it.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use cloudconvert_core::{Event, Reason, Response};
use futures_util::FutureExt;
use pyo3::PyErr;
use tokio::sync::Notify;

/// What has happened to a request meanwhile. The driver is woken when there is more.
#[derive(Default)]
pub(crate) struct Moved {
    /// Something is done before it is sent.
    pub(crate) held: bool,
    /// The head of its answer.
    pub(crate) begun: Option<Response>,
    /// How many bytes have been sent.
    pub(crate) sent: Option<u64>,
    /// How long the file is.
    pub(crate) received: Option<u64>,
}

impl Moved {
    /// The same as the machine is told it.
    pub(crate) fn events(self, id: u64) -> impl Iterator<Item = Event> {
        let held = self.held.then_some(Event::Held { id });
        let sent = self.sent.map(|bytes| Event::Sent { id, bytes });
        let begun = self.begun.map(|response| Event::Begun { id, response });
        let received = self.received.map(|bytes| Event::Received { id, bytes });
        [held, sent, begun, received].into_iter().flatten()
    }
}

/// How far a request is.
#[derive(Default)]
pub(crate) struct Traffic {
    moved: Mutex<Moved>,
    news: Notify,
    /// Why the body could not be read. Its sender sees only that it broke off.
    broken: OnceLock<Reason>,
    /// What it failed with, for the error that may come of it.
    cause: Mutex<Option<PyErr>>,
}

impl Traffic {
    /// So many bytes of the body have been sent.
    pub(crate) fn sent(&self, bytes: u64) {
        let mut moved = self.lock();
        (moved.held, moved.sent) = (false, Some(bytes));
        drop(moved);
        self.news.notify_one();
    }

    /// The file is this long now.
    pub(crate) fn received(&self, bytes: u64) {
        self.lock().received = Some(bytes);
        self.news.notify_one();
    }

    /// Something is done before it is sent.
    fn hold(&self) {
        let mut moved = self.lock();
        (moved.held, moved.sent) = (true, None);
        drop(moved);
        self.news.notify_one();
    }

    /// Waits for what has to be done before anything is sent: disks, other people's checkpoints and queues may be slower than a
    /// service may be, whose time begins afterwards.
    pub(crate) async fn held<T>(&self, ready: impl Future<Output = T>) -> T {
        tokio::pin!(ready);
        // Mostly there is nothing to wait for, and nothing to tell.
        if let Some(ready) = ready.as_mut().now_or_never() {
            return ready;
        }
        self.hold();
        let ready = ready.await;
        self.sent(0);
        ready
    }

    /// The head of an answer has come.
    pub(crate) fn begun(&self, head: Response) {
        self.lock().begun = Some(head);
        self.news.notify_one();
    }

    /// What has happened since this was last asked.
    pub(crate) fn take(&self) -> Moved {
        std::mem::take(&mut *self.lock())
    }

    /// The body could not be read.
    pub(crate) fn broke(&self, why: Reason) {
        let _ = self.broken.set(why);
    }

    /// Why the request broke off.
    pub(crate) fn reason(&self, seen: Reason) -> Reason {
        self.broken.get().cloned().unwrap_or(seen)
    }

    /// Keeps what it failed with. The first failure counts: the others follow from it.
    pub(crate) fn failed(&self, cause: PyErr) {
        self.cause.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(cause);
    }

    /// What it failed with, once.
    pub(crate) fn take_cause(&self) -> Option<PyErr> {
        self.cause.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Done when something has moved.
    pub(crate) async fn changed(&self) {
        self.news.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, Moved> {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
