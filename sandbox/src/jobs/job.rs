//! A job: some tasks that belong together, and what goes on with them.

use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::kept::Kept;
use super::record::{JobSpec, TaskRecord};
use super::state::State;
use super::{Begun, Event, JobRecord, New, Status, Task, TaskFailure};
use crate::error::ApiError;

/// Some tasks that belong together. It may be there before it is said which. Where it is, its record says; here is what goes
/// on with it in this program.
pub(crate) struct Job {
    spec: Arc<JobSpec>,
    /// Cancelled when the job is removed.
    pub(crate) removed: CancellationToken,
    kept: Arc<Kept>,
    begun: OnceLock<Beginning>,
    /// How much goes on that must not be cut off: uploads, downloads, messages to others.
    holds: AtomicUsize,
}

/// What a job begins with.
pub(crate) struct Beginning {
    pub(crate) begun: Begun,
    /// In an order in which every task comes after those that it takes files from.
    pub(crate) tasks: Vec<Arc<Task>>,
}

impl Deref for Job {
    type Target = JobSpec;

    fn deref(&self) -> &JobSpec {
        &self.spec
    }
}

impl Job {
    pub(super) fn new(spec: Arc<JobSpec>, kept: Kept) -> Self {
        Self {
            spec,
            removed: CancellationToken::new(),
            kept: Arc::new(kept),
            begun: OnceLock::new(),
            holds: AtomicUsize::new(0),
        }
    }

    /// A job that this program knows by its record alone.
    pub(super) fn read(record: &JobRecord, kept: Kept) -> Self {
        let job = Self::new(record.spec.clone(), kept);
        if let Some(begun) = record.begun.clone() {
            let mut tasks: Vec<Arc<Task>> = Vec::with_capacity(record.tasks.len());
            for task in &record.tasks {
                // What a task alone takes, is of other jobs.
                let taken = tasks.iter().filter(|other| task.spec.takes.contains(&other.id)).cloned();
                let taken = taken.collect();
                tasks.push(Arc::new(Task::of(task.spec.clone(), job.kept.clone(), taken)));
            }
            let _ = job.begun.set(Beginning { begun, tasks });
        }
        job
    }

    /// A task of this job.
    pub(crate) fn task(&self, new: New) -> Arc<Task> {
        Task::new(&self.folder, self.kept.clone(), new)
    }

    /// The record of a job that is not kept yet, and what it is to do, if that is known.
    pub(super) fn first_record(&self, beginning: Option<Beginning>) -> JobRecord {
        let mut record = JobRecord::new(self.spec.clone());
        if let Some(beginning) = beginning {
            self.set(&mut record, beginning);
        }
        record
    }

    /// Says what its tasks are, once. Whether this was the first time.
    pub(crate) fn begin(&self, beginning: Beginning) -> bool {
        let first = self.kept.change(|record| {
            let first = record.begun.is_none();
            if first {
                self.set(record, beginning);
            }
            first
        });
        if first {
            self.tell_begun();
        }
        first
    }

    fn set(&self, record: &mut JobRecord, beginning: Beginning) {
        let new = |task: &Arc<Task>| TaskRecord { spec: task.spec(), state: State::new() };
        record.refused = None;
        record.begun = Some(beginning.begun.clone());
        record.tasks = beginning.tasks.iter().map(new).collect();
        let _ = self.begun.set(beginning);
    }

    /// Tells that it has begun, and so that there are its tasks.
    pub(super) fn tell_begun(&self) {
        self.kept.tell(None, Event::Created);
        for task in self.tasks() {
            self.kept.tell(Some(&task.id), Event::Created);
        }
    }

    /// Tells that it has ended, once it has.
    pub(super) async fn tell_end(&self) {
        self.wait().await;
        let event = if self.status() == Status::Finished { Event::Finished } else { Event::Failed };
        self.kept.tell(None, event);
    }

    /// Notes why it could not begin; until it does, it has ended so.
    pub(crate) fn refuse(&self, error: ApiError) {
        let refused = self.kept.change(|record| {
            let open = record.begun.is_none();
            if open {
                record.refused = Some((error, SystemTime::now()));
            }
            open
        });
        if refused {
            self.kept.beat();
        }
    }

    /// Why it could not begin, and when that was.
    pub(crate) fn refusal(&self) -> Option<(ApiError, SystemTime)> {
        self.kept.record()?.refused.clone()
    }

    pub(crate) fn begun(&self) -> Option<&Begun> {
        self.begun.get().map(|beginning| &beginning.begun)
    }

    /// All of its tasks, also those that were deleted.
    pub(crate) fn tasks(&self) -> &[Arc<Task>] {
        self.begun.get().map_or(&[], |beginning| &beginning.tasks)
    }

    /// Those of its tasks that were not deleted.
    pub(crate) fn shown_tasks(&self) -> impl DoubleEndedIterator<Item = &Arc<Task>> {
        self.tasks().iter().filter(|task| !task.is_deleted())
    }

    /// The address under which its client reached the service.
    pub(crate) fn base(&self) -> &str {
        self.begun().map_or("", |begun| &begun.base)
    }

    pub(crate) fn tag(&self) -> Option<&Value> {
        self.begun()?.tag.as_ref()
    }

    /// Whether everything has ended, well or badly.
    pub(crate) fn has_ended(&self) -> bool {
        self.removed.is_cancelled() || self.kept.record().is_none_or(|record| record.has_ended())
    }

    /// Where the job is, read from its tasks.
    pub(crate) fn status(&self) -> Status {
        self.kept.record().map_or(Status::Error, |record| record.status())
    }

    /// Why it failed, if it did: of the task that did not only follow others.
    pub(crate) fn failure(&self) -> Option<TaskFailure> {
        self.kept.record()?.failure().cloned()
    }

    /// When its first task began.
    pub(crate) fn started(&self) -> Option<SystemTime> {
        self.kept.record()?.started()
    }

    /// When its last task ended, once all have.
    pub(crate) fn ended(&self) -> Option<SystemTime> {
        self.kept.record()?.ended()
    }

    /// When it is forgotten: so long after the last thing that happened to it.
    pub(crate) fn expires(&self, keep: Duration) -> SystemTime {
        self.kept.record().map_or(self.created + keep, |record| record.expires(keep))
    }

    /// Waits until all tasks have ended.
    pub(crate) async fn wait(&self) {
        self.kept.until(|| self.has_ended()).await;
    }

    /// Whether nothing goes on with it, but for what its client has to do.
    pub(super) fn is_idle(&self) -> bool {
        let works = |task: &Arc<Task>| !task.status().has_ended() && !task.waits_for_client();
        self.holds.load(Ordering::SeqCst) == 0 && !self.tasks().iter().any(works)
    }

    /// Waits until nothing goes on.
    pub(super) async fn idle(&self) {
        self.kept.until(|| self.is_idle()).await;
    }

    /// Something goes on that must not be cut off, by its expiry or by the end of the service.
    pub(crate) fn hold(self: &Arc<Self>) -> Hold {
        self.holds.fetch_add(1, Ordering::SeqCst);
        Hold(self.clone())
    }

    /// Cancels what runs and deletes all files. Whoever waits for the job learns that it is gone.
    pub(super) fn remove(&self) {
        self.removed.cancel();
        for task in self.tasks() {
            task.cancel();
        }
        self.delete_files();
        self.kept.beat();
    }

    pub(super) fn delete_files(&self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }

    /// The beginning of its ID, by which people find it in the log. Nobody can use a job who knows no more.
    pub(crate) fn short_id(&self) -> &str {
        &self.id[..6]
    }
}

/// As long as it is there, something goes on.
pub(crate) struct Hold(Arc<Job>);

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.holds.fetch_sub(1, Ordering::SeqCst);
        self.0.kept.beat();
    }
}
