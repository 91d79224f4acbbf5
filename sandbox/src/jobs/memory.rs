//! State in memory: gone with the service.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Hook, JobRecord, Store};

/// Jobs in the order of their creation.
type InOrder = BTreeMap<u64, Arc<JobRecord>>;

/// Keeps the state in memory.
#[derive(Default)]
pub(crate) struct Memory(Mutex<Table>);

#[derive(Default)]
struct Table {
    jobs: InOrder,
    /// The places of the jobs of a key.
    by_key: HashMap<String, BTreeSet<u64>>,
    /// Where a job is, by its ID and those of its tasks.
    places: HashMap<String, u64>,
    next: u64,
    hooks: Vec<Hook>,
    next_hook: u64,
    secret: Option<Vec<u8>>,
}

impl Table {
    fn find(&self, id: &str) -> Option<&Arc<JobRecord>> {
        self.jobs.get(self.places.get(id)?)
    }

    /// Notes where a job and its tasks are.
    fn place(&mut self, job: &JobRecord, place: u64) {
        self.places.insert(job.id().to_owned(), place);
        self.places.extend(job.task_ids().map(|id| (id.to_owned(), place)));
    }
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Memory {
    fn insert(&self, job: JobRecord) {
        let mut table = self.lock();
        table.next += 1;
        let place = table.next;
        table.place(&job, place);
        table.by_key.entry(job.key().to_owned()).or_default().insert(place);
        table.jobs.insert(place, Arc::new(job));
    }

    fn change(&self, id: &str, change: &mut dyn FnMut(&mut JobRecord) -> bool) -> bool {
        let mut table = self.lock();
        let Some(place) = table.places.get(id).copied() else { return false };
        let Some(job) = table.jobs.get_mut(&place) else { return false };
        let tasks = job.task_ids().count();
        // Those who read it meanwhile keep what they have read.
        let changed = change(Arc::make_mut(job));
        if job.task_ids().count() > tasks {
            let job = job.clone();
            table.place(&job, place);
        }
        changed
    }

    fn remove(&self, id: &str) -> Option<Arc<JobRecord>> {
        let mut table = self.lock();
        let place = *table.places.get(id)?;
        let job = table.jobs.remove(&place)?;
        table.places.remove(job.id());
        for task in job.task_ids() {
            table.places.remove(task);
        }
        if let Some(of_key) = table.by_key.get_mut(job.key()) {
            of_key.remove(&place);
            if of_key.is_empty() {
                table.by_key.remove(job.key());
            }
        }
        Some(job)
    }

    fn job(&self, id: &str) -> Option<Arc<JobRecord>> {
        self.lock().find(id).filter(|job| job.id() == id).cloned()
    }

    fn job_of(&self, task: &str) -> Option<Arc<JobRecord>> {
        self.lock().find(task).filter(|job| job.id() != task).cloned()
    }

    fn jobs(&self, key: Option<&str>) -> Vec<Arc<JobRecord>> {
        let table = self.lock();
        let Some(key) = key else { return table.jobs.values().cloned().collect() };
        let places = table.by_key.get(key).into_iter().flatten();
        places.filter_map(|place| table.jobs.get(place)).cloned().collect()
    }

    fn count(&self, key: Option<&str>) -> usize {
        let table = self.lock();
        key.map_or(table.jobs.len(), |key| table.by_key.get(key).map_or(0, BTreeSet::len))
    }

    fn add_hook(&self, hook: Hook) -> Hook {
        let mut table = self.lock();
        table.next_hook += 1;
        let hook = hook.with_id(table.next_hook);
        table.hooks.push(hook.clone());
        hook
    }

    fn hooks(&self, key: &str) -> Vec<Hook> {
        self.lock().hooks.iter().filter(|hook| hook.key() == key).cloned().collect()
    }

    fn remove_hook(&self, key: &str, id: u64) -> bool {
        let mut table = self.lock();
        let before = table.hooks.len();
        table.hooks.retain(|hook| hook.id() != id || hook.key() != key);
        table.hooks.len() < before
    }

    fn note_hook(&self, id: u64, disabled: bool, failing: bool) {
        if let Some(hook) = self.lock().hooks.iter_mut().find(|hook| hook.id() == id) {
            hook.note(disabled, failing);
        }
    }

    fn secret(&self, new: Vec<u8>) -> Vec<u8> {
        self.lock().secret.get_or_insert(new).clone()
    }
}
