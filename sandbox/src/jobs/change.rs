//! What happens to jobs and tasks, for those who want to know at once.

use std::sync::Mutex;

use tokio::sync::{broadcast, watch};

use super::running::Running;

/// Something happened to a task, or to a whole job.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) job: String,
    /// None for the job itself.
    pub(crate) task: Option<String>,
    pub(crate) event: Event,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Created,
    Updated,
    Finished,
    Failed,
}

impl Event {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Finished => "finished",
            Self::Failed => "failed",
        }
    }
}

/// Beats with everything that happens to a job or one of its tasks, so that who waits looks again.
pub(super) struct Pulse {
    job: String,
    beats: watch::Sender<u64>,
    all: broadcast::Sender<Change>,
    /// How many tasks have not ended, and what counts the job among those that run.
    open: Mutex<(usize, Option<Running>)>,
}

impl Pulse {
    pub(super) fn new(job: &str, all: broadcast::Sender<Change>) -> Self {
        Self { job: job.to_owned(), beats: watch::Sender::new(0), all, open: Mutex::default() }
    }

    /// From now on so many tasks are to end, and then this is over.
    pub(super) fn open(&self, tasks: usize, running: Option<Running>) {
        *self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = (tasks, running);
    }

    /// A task is about to end. Before anybody can see it, the job that it was the last one of runs no more.
    pub(super) fn one_ends(&self) {
        let mut open = self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        open.0 = open.0.saturating_sub(1);
        if open.0 == 0 {
            open.1 = None;
        }
    }

    pub(super) fn beat(&self) {
        self.beats.send_modify(|count| *count += 1);
    }

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
