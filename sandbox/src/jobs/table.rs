//! All jobs and tasks: found by their IDs, and forgotten in time.
//!
//! This is the seam behind which another store can stand: nothing else keeps jobs.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Job, Status, Task};

/// The jobs of a service.
pub(crate) struct Jobs {
    most: usize,
    /// How long a job and its files are kept after its end.
    keep: Duration,
    table: Arc<Mutex<Table>>,
}

#[derive(Default)]
struct Table {
    /// In the order of their creation.
    jobs: BTreeMap<u64, Arc<Job>>,
    tasks: BTreeMap<u64, Arc<Task>>,
    /// Where a job or a task is, by its ID.
    places: HashMap<String, u64>,
    next: u64,
}

impl Table {
    fn place(&mut self, id: &str) -> u64 {
        self.next += 1;
        self.places.insert(id.to_owned(), self.next);
        self.next
    }

    fn add_task(&mut self, task: &Arc<Task>) {
        let place = self.place(&task.id);
        self.tasks.insert(place, task.clone());
    }

    fn remove_task(&mut self, id: &str) -> Option<Arc<Task>> {
        let place = self.places.get(id).copied()?;
        let task = self.tasks.remove(&place)?;
        self.places.remove(id);
        Some(task)
    }

    fn remove_job(&mut self, id: &str) -> Option<Arc<Job>> {
        let place = self.places.get(id).copied()?;
        let job = self.jobs.remove(&place)?;
        self.places.remove(id);
        for task in &job.tasks {
            self.remove_task(&task.id);
        }
        Some(job)
    }
}

impl Jobs {
    pub(crate) fn new(most: usize, keep: Duration) -> Self {
        Self { most, keep, table: Arc::default() }
    }

    /// Remembers a job until some time after its end. False where there are too many.
    pub(crate) fn insert(&self, job: &Arc<Job>) -> bool {
        let mut table = lock(&self.table);
        if table.jobs.len() >= self.most {
            return false;
        }
        let place = table.place(&job.id);
        table.jobs.insert(place, job.clone());
        for task in &job.tasks {
            table.add_task(task);
        }
        drop(table);
        let (table, job, keep) = (self.table.clone(), job.clone(), self.keep);
        tokio::spawn(async move {
            job.wait().await;
            tokio::time::sleep(keep).await;
            forget_job(&table, &job.id);
        });
        true
    }

    /// The same for a task that belongs to no job.
    pub(crate) fn insert_task(&self, task: &Arc<Task>) -> bool {
        let mut table = lock(&self.table);
        if table.tasks.len() >= self.most * 10 {
            return false;
        }
        table.add_task(task);
        drop(table);
        let (table, task, keep) = (self.table.clone(), task.clone(), self.keep);
        tokio::spawn(async move {
            task.wait().await;
            tokio::time::sleep(keep).await;
            let removed = lock(&table).remove_task(&task.id);
            removed.inspect(|task| task.delete());
        });
        true
    }

    /// The job of this ID, if it is this key's.
    pub(crate) fn job(&self, id: &str, key: &str) -> Option<Arc<Job>> {
        let table = lock(&self.table);
        table.jobs.get(table.places.get(id)?).filter(|job| job.key == key).cloned()
    }

    /// The task of this ID.
    pub(crate) fn task(&self, id: &str) -> Option<Arc<Task>> {
        let table = lock(&self.table);
        table.tasks.get(table.places.get(id)?).cloned()
    }

    /// The jobs of a key, newest first.
    pub(crate) fn jobs_of(&self, key: &str) -> Vec<Arc<Job>> {
        lock(&self.table).jobs.values().rev().filter(|job| job.key == key).cloned().collect()
    }

    /// The tasks of a key, newest first.
    pub(crate) fn tasks_of(&self, key: &str) -> Vec<Arc<Task>> {
        lock(&self.table).tasks.values().rev().filter(|task| task.key == key).cloned().collect()
    }

    /// Cancels a job, forgets it and deletes its files.
    pub(crate) fn remove(&self, id: &str) {
        forget_job(&self.table, id);
    }

    /// The same for a task that belongs to no job. One of a job loses its files and stays.
    pub(crate) fn remove_task(&self, task: &Arc<Task>) {
        if task.job_id.is_none() {
            lock(&self.table).remove_task(&task.id);
        }
        task.delete();
    }

    /// Waits until no task is being worked on. Whether any was.
    pub(crate) async fn idle(&self) -> bool {
        let mut waited = false;
        loop {
            let busy =
                lock(&self.table).tasks.values().find(|task| task.status() == Status::Processing).cloned();
            let Some(busy) = busy else { return waited };
            waited = true;
            busy.wait().await;
        }
    }

    /// Removes all.
    pub(crate) fn clear(&self) {
        let all = std::mem::take(&mut *lock(&self.table));
        for task in all.tasks.values() {
            task.delete();
        }
    }
}

fn forget_job(table: &Mutex<Table>, id: &str) {
    let removed = lock(table).remove_job(id);
    if let Some(job) = removed {
        for task in &job.tasks {
            task.delete();
        }
    }
}

fn lock(table: &Mutex<Table>) -> MutexGuard<'_, Table> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}
