//! What a job and its tasks share: where they are kept, and who is told of what happens to them.

use std::sync::Arc;

use tokio::sync::{broadcast, watch};

use super::{Change, Event, JobRecord, Store};

/// The place of a job in the store. It beats with everything that happens to the job or one of its tasks, so that who waits
/// looks again.
pub(super) struct Kept {
    job: String,
    store: Arc<dyn Store>,
    beats: watch::Sender<u64>,
    all: broadcast::Sender<Change>,
}

impl Kept {
    pub(super) fn new(job: &str, store: Arc<dyn Store>, all: broadcast::Sender<Change>) -> Self {
        Self { job: job.to_owned(), store, beats: watch::Sender::new(0), all }
    }

    /// The job as it is now; none where it is not kept, or no more.
    pub(super) fn record(&self) -> Option<Arc<JobRecord>> {
        self.store.job(&self.job)
    }

    /// Changes the job, unless it is gone. Whether the function did.
    pub(super) fn change(&self, change: impl FnOnce(&mut JobRecord) -> bool) -> bool {
        let mut change = Some(change);
        self.store.change(&self.job, &mut |job| change.take().is_some_and(|change| change(job)))
    }

    pub(super) fn beat(&self) {
        self.beats.send_modify(|count| *count += 1);
    }

    /// Tells what has happened to a task, or to the job itself.
    pub(super) fn tell(&self, task: Option<&str>, event: Event) {
        // Where nobody listens, there is nobody to tell.
        if self.all.receiver_count() > 0 {
            let _ = self.all.send(Change { job: self.job.clone(), task: task.map(str::to_owned), event });
        }
        self.beat();
    }

    /// Waits until it is so.
    pub(super) async fn until(&self, so: impl Fn() -> bool) {
        let _ = self.beats.subscribe().wait_for(|_| so()).await;
    }
}
