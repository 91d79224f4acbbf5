//! The jobs of a service, and what they are done with.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tokio::sync::broadcast;

use super::memory::Memory;
use super::queue::Queue;
use super::running::Counter;
use super::{Begun, Change, Full, Job, Shape, Store, Task};
use crate::config::Config;
use crate::egress::Egress;
use crate::engine::Engines;
use crate::fault::Faults;
use crate::incoming::Inbox;

/// How long a task may take at most, in seconds.
pub(crate) const MAX_TIME: u64 = 5 * 3600;
/// How many changes a listener may lag behind before it misses some.
const MAX_CHANGES: usize = 1024;

/// The jobs of a service, and what they are done with.
pub(crate) struct Jobs {
    pub(crate) config: Arc<Config>,
    /// Every job has a folder in it.
    pub(crate) data: PathBuf,
    pub(crate) inbox: Inbox,
    pub(crate) engines: Engines,
    pub(crate) faults: Arc<Faults>,
    /// Fetches inputs, and tells others.
    pub(crate) egress: Egress,
    pub(crate) store: Box<dyn Store>,
    pub(super) queue: Queue,
    running: Counter,
    changes: broadcast::Sender<Change>,
}

impl Jobs {
    pub(crate) fn new(config: Arc<Config>, data: PathBuf, inbox: Inbox) -> std::io::Result<Self> {
        Ok(Self {
            data,
            inbox,
            engines: Engines::detect(&config.commands),
            queue: Queue::new(config.engines),
            faults: Arc::new(Faults::new(config.faults.clone(), config.seed)),
            egress: Egress::new(config.allow_fetch.clone())?,
            store: Box::new(Memory::new(config.max_processes, config.keys.len())),
            running: Counter::default(),
            changes: broadcast::Sender::new(MAX_CHANGES),
            config,
        })
    }

    /// Everything that happens from now on.
    pub(crate) fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// A job that nobody knows yet.
    pub(crate) fn new_job(&self, key: &str, shape: Shape, asked: Value) -> Arc<Job> {
        Job::new(&self.data, key, shape, asked, self.changes.clone())
    }

    /// Remembers a job until some time after the last thing that happened to it.
    pub(crate) fn keep(self: &Arc<Self>, job: &Arc<Job>) -> Result<(), Full> {
        if let Some(room) = self.store.insert(job)? {
            room.remove();
        }
        let (jobs, job) = (self.clone(), job.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = job.removed.cancelled() => {}
                () = expired(&job, jobs.config.keep) => jobs.remove(&job.id),
            }
        });
        Ok(())
    }

    /// Says what the tasks of a job are. False where that was said before, or where this key has as many jobs that run
    /// as it may.
    pub(crate) fn begin(&self, job: &Arc<Job>, begun: Begun) -> bool {
        let most = self.config.parallel_jobs.filter(|_| job.shape == Shape::Graph);
        let Some(running) = self.running.begin(&job.key, most) else { return false };
        let counted = (job.shape == Shape::Graph).then_some(running);
        let first = job.begin(begun, counted);
        if first {
            self.store.begun(job);
        }
        first
    }

    /// The task of this ID, and its job.
    pub(crate) fn task(&self, id: &str) -> Option<(Arc<Job>, Arc<Task>)> {
        let job = self.store.job_of(id)?;
        let task = job.tasks().iter().find(|task| task.id == id)?.clone();
        Some((job, task))
    }

    /// Cancels a job, forgets it and deletes its files.
    pub(crate) fn remove(&self, id: &str) {
        if let Some(job) = self.store.remove(id) {
            job.remove();
        }
    }

    /// Waits until nothing goes on with any of them. Whether anything did.
    pub(crate) async fn idle(&self) -> bool {
        let mut waited = false;
        loop {
            let Some(busy) = self.store.all().into_iter().find(|job| !job.is_idle()) else { return waited };
            waited = true;
            busy.idle().await;
        }
    }

    /// Removes all, and waits until the engines have noticed, but not for ever.
    pub(crate) async fn clear(&self, patience: Duration) {
        for job in self.store.all() {
            self.remove(&job.id);
        }
        // Engines write no more once they have ended.
        let _ = tokio::time::timeout(patience, self.queue.idle()).await;
    }
}

/// Sleeps until a job expires, which whatever happens to it puts off; but not while something goes on with it.
async fn expired(job: &Job, keep: Duration) {
    loop {
        let expires = job.expires(keep);
        tokio::time::sleep(expires.duration_since(SystemTime::now()).unwrap_or_default()).await;
        job.idle().await;
        if job.expires(keep) <= expires {
            return;
        }
    }
}
