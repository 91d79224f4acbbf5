//! The life of jobs and their tasks: a task waits for its inputs, works, and ends.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use tokio::sync::broadcast;
use tracing::info;

use super::memory::Memory;
use super::queue::Queue;
use super::running::Counter;
use super::task::Ended;
use super::{Begun, Change, Event, Full, Job, Operation, Shape, Status, Store, Task, TaskFailure};
use super::{export, import, work};
use crate::config::Config;
use crate::egress::Egress;
use crate::engine::Engines;
use crate::fault::Faults;
use crate::file::StoredFile;
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
            engines: Engines::detect(),
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

    /// Runs all tasks of a job, each as soon as its inputs are there.
    pub(crate) fn run(self: &Arc<Self>, job: &Arc<Job>) {
        for task in job.tasks() {
            let (jobs, job, task) = (self.clone(), job.clone(), task.clone());
            tokio::spawn(async move {
                tokio::select! {
                    biased;
                    () = task.stop.cancelled() => {}
                    result = perform(&jobs, &job, &task) => finish(&job, &task, result),
                }
            });
        }
        let job = job.clone();
        tokio::spawn(async move { job.tell_end().await });
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

async fn perform(jobs: &Arc<Jobs>, job: &Arc<Job>, task: &Arc<Task>) -> Result<Ended, TaskFailure> {
    let inputs = inputs(task).await?;
    let begun = Instant::now();
    let result = match &task.operation {
        // What comes ends the task.
        Operation::Receive { .. } => std::future::pending().await,
        Operation::Fetch { urls, headers, naming } => {
            task.begin(None);
            import::fetch(jobs, task, urls, headers, naming).await
        }
        Operation::Work(asked) => work::run(jobs, job, task, asked, inputs).await,
        Operation::Export(asked) => {
            task.begin(None);
            export::run(task, asked, inputs).await
        }
    };
    log(job, task, &result, begun.elapsed());
    result
}

/// Ends a task. A failure leaves no files of its own, and of a process none at all, before anybody is told of it.
fn finish(job: &Job, task: &Task, result: Result<Ended, TaskFailure>) {
    if result.is_err() {
        task.delete_files();
        if job.shape == Shape::Process {
            job.delete_files();
        }
    }
    task.end(result);
}

/// A line for each conversion: what was done, and what came of it. Neither names nor contents of files are in it.
fn log(job: &Job, task: &Task, result: &Result<Ended, TaskFailure>, took: Duration) {
    let Operation::Work(work) = &task.operation else { return };
    let inputs = task.inputs.iter().flat_map(|input| input.state.borrow().result.files.clone());
    let sizes: Vec<u64> = inputs.map(|file| file.size).collect();
    let made = result.as_ref().map_or(&[][..], |ended| &ended.files);
    info!(
        job = job.short_id(),
        from = work.input_format.as_deref().unwrap_or_default(),
        to = work.output_format,
        operation = task.asked(),
        engine = task.state.borrow().engine.unwrap_or_default(),
        inputs = sizes.len(),
        bytes = sizes.iter().sum::<u64>(),
        made = made.iter().map(|file| file.size).sum::<u64>(),
        status = result.as_ref().err().map_or(200, |failure| failure.error.status),
        ms = took.as_millis(),
        "converted"
    );
}

/// The files of the tasks that this one takes its input from, once they have ended. A failure that was to be ignored
/// takes only its own files away.
async fn inputs(task: &Task) -> Result<Vec<StoredFile>, TaskFailure> {
    let mut files = Vec::new();
    for input in &task.inputs {
        input.wait().await;
        let state = input.state.borrow();
        if state.status == Status::Error && !input.ignore_error {
            return Err(TaskFailure::of_input("Input task has failed"));
        }
        files.extend(state.result.files.iter().cloned());
    }
    if files.is_empty() && task.operation.takes_input() && !task.inputs.is_empty() {
        return Err(TaskFailure::of_input("The input tasks gave no files"));
    }
    Ok(files)
}

impl Job {
    /// Tells that it has ended, once it has.
    async fn tell_end(&self) {
        self.wait().await;
        let event = if self.status() == Status::Finished { Event::Finished } else { Event::Failed };
        self.pulse.tell(None, event);
    }
}
