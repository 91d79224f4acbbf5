//! The jobs of a service, and what they are done with.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tokio::sync::broadcast;
use uuid::Uuid;

use super::kept::Kept;
use super::queue::Queue;
use super::record::JobSpec;
use super::{Beginning, Change, Job, JobRecord, Shape, Store, Task};
use crate::config::Config;
use crate::egress::Egress;
use crate::engine::Engines;
use crate::fault::Faults;
use crate::incoming::Inbox;

/// How long a task may take at most, in seconds.
pub(crate) const MAX_TIME: u64 = 5 * 3600;
/// How many changes a listener may lag behind before it misses some.
const MAX_CHANGES: usize = 1024;

/// Why a new job is refused.
#[derive(Debug)]
pub(crate) enum Refused {
    /// There are as many jobs as there may be, and none makes room.
    Full,
    /// Its key has as many at once as it may.
    Parallel,
}

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
    pub(crate) store: Arc<dyn Store>,
    pub(super) queue: Queue,
    /// The jobs that this program does the work of.
    own: Mutex<HashMap<String, Arc<Job>>>,
    /// Held while a new job looks for its place, so that two do not take the same.
    places: Mutex<()>,
    changes: broadcast::Sender<Change>,
}

impl Jobs {
    pub(crate) fn new(
        config: Arc<Config>,
        data: PathBuf,
        inbox: Inbox,
        store: Arc<dyn Store>,
    ) -> std::io::Result<Self> {
        Ok(Self {
            data,
            inbox,
            engines: Engines::detect(&config.commands),
            queue: Queue::new(config.engines),
            faults: Arc::new(Faults::new(config.faults.clone(), config.seed)),
            egress: Egress::new(config.allow_fetch.clone())?,
            store,
            own: Mutex::default(),
            places: Mutex::default(),
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
        let id = Uuid::new_v4().to_string();
        let kept = self.kept(&id);
        let folder = self.data.join(&id);
        let spec = JobSpec { id, key: key.to_owned(), shape, asked, created: SystemTime::now(), folder };
        Arc::new(Job::new(Arc::new(spec), kept))
    }

    fn kept(&self, id: &str) -> Kept {
        Kept::new(id, self.store.clone(), self.changes.clone())
    }

    /// Remembers a job until some time after the last thing that happened to it. What it begins with may be said later.
    pub(crate) fn keep(
        self: &Arc<Self>,
        job: &Arc<Job>,
        beginning: Option<Beginning>,
    ) -> Result<(), Refused> {
        let begins = beginning.is_some();
        let turn = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let spent = self.room(job)?.and_then(|spent| self.forget(&spent));
        self.own().insert(job.id.clone(), job.clone());
        self.store.insert(job.first_record(beginning));
        drop(turn);
        if let Some(spent) = spent {
            spent.remove();
        }
        if begins {
            job.tell_begun();
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

    /// Whether there is room for one more job, or else the spent one that makes it.
    fn room(&self, job: &Job) -> Result<Option<String>, Refused> {
        let (key, most) = (Some(job.key.as_str()), self.config.max_processes);
        if let Some(most) = self.config.parallel_jobs.filter(|_| job.shape == Shape::Graph) {
            let of_key = self.store.jobs(key);
            if of_key.iter().filter(|other| other.is_parallel()).count() >= most {
                return Err(Refused::Parallel);
            }
        }
        // Where there are several keys, none has more than half of the places.
        let most_of_key = if self.config.keys.len() > 1 { most / 2 } else { most };
        let among = if self.store.count(None) >= most {
            None
        } else if self.store.count(key) >= most_of_key.max(1) {
            key
        } else {
            return Ok(None);
        };
        let others = self.store.jobs(among);
        let spent = others.iter().find(|other| self.is_spent(other));
        spent.map(|spent| Some(spent.id().to_owned())).ok_or(Refused::Full)
    }

    fn is_spent(&self, record: &JobRecord) -> bool {
        let own = self.own().get(record.id()).cloned();
        record.is_spent() && own.is_none_or(|job| job.is_idle())
    }

    /// The job of this ID.
    pub(crate) fn job(&self, id: &str) -> Option<Arc<Job>> {
        self.store.job(id).map(|record| self.of(&record))
    }

    /// The task of this ID, unless it was deleted, and its job.
    pub(crate) fn task(&self, id: &str) -> Option<(Arc<Job>, Arc<Task>)> {
        let record = self.store.job_of(id)?;
        record.task(id).filter(|task| !task.state.deleted)?;
        let job = self.of(&record);
        let task = job.tasks().iter().find(|task| task.id == id)?.clone();
        Some((job, task))
    }

    /// The jobs of a key, oldest first.
    pub(crate) fn of_key(&self, key: &str) -> Vec<Arc<Job>> {
        self.store.jobs(Some(key)).iter().map(|record| self.of(record)).collect()
    }

    /// The job of a record: the one that this program does the work of, or else what can be told of it.
    fn of(&self, record: &JobRecord) -> Arc<Job> {
        let own = self.own().get(record.id()).cloned();
        own.unwrap_or_else(|| Arc::new(Job::read(record, self.kept(record.id()))))
    }

    fn own(&self) -> MutexGuard<'_, HashMap<String, Arc<Job>>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn all_own(&self) -> Vec<Arc<Job>> {
        self.own().values().cloned().collect()
    }

    /// Forgets a job; what is to be removed of it.
    fn forget(&self, id: &str) -> Option<Arc<Job>> {
        let record = self.store.remove(id);
        let own = self.own().remove(id);
        own.or_else(|| record.map(|record| Arc::new(Job::read(&record, self.kept(id)))))
    }

    /// Cancels a job, forgets it and deletes its files.
    pub(crate) fn remove(&self, id: &str) {
        if let Some(job) = self.forget(id) {
            job.remove();
        }
    }

    /// Waits until nothing goes on with any of them. Whether anything did.
    pub(crate) async fn idle(&self) -> bool {
        let mut waited = false;
        loop {
            let Some(busy) = self.all_own().into_iter().find(|job| !job.is_idle()) else { return waited };
            waited = true;
            busy.idle().await;
        }
    }

    /// Removes all, and waits until the engines have noticed, but not for ever.
    pub(crate) async fn clear(&self, patience: Duration) {
        for job in self.all_own() {
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
