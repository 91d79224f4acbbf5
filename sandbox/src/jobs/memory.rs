//! State in memory: gone with the service.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Full, Hook, Job, Store};

/// Jobs in the order of their creation.
type InOrder = BTreeMap<u64, Arc<Job>>;

pub(super) struct Memory {
    most: usize,
    /// How many keys there are, among which the places are shared.
    keys: usize,
    table: Mutex<Table>,
    hooks: Mutex<(u64, Vec<Hook>)>,
}

#[derive(Default)]
struct Table {
    jobs: InOrder,
    by_key: HashMap<String, InOrder>,
    /// Where a job is, by its ID and those of its tasks.
    places: HashMap<String, u64>,
    next: u64,
}

impl Table {
    fn find(&self, id: &str) -> Option<&Arc<Job>> {
        self.jobs.get(self.places.get(id)?)
    }

    fn remove(&mut self, id: &str) -> Option<Arc<Job>> {
        let place = *self.places.get(id)?;
        let job = self.jobs.remove(&place)?;
        if let Some(of_key) = self.by_key.get_mut(&job.key) {
            of_key.remove(&place);
            if of_key.is_empty() {
                self.by_key.remove(&job.key);
            }
        }
        self.places.remove(&job.id);
        for task in job.tasks() {
            self.places.remove(&task.id);
        }
        Some(job)
    }
}

impl Memory {
    /// Room for so many jobs. Where there are several keys, none has more than half of them.
    pub(super) fn new(most: usize, keys: usize) -> Self {
        Self { most, keys, table: Mutex::default(), hooks: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_hooks(&self) -> MutexGuard<'_, (u64, Vec<Hook>)> {
        self.hooks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Memory {
    fn insert(&self, job: &Arc<Job>) -> Result<Option<Arc<Job>>, Full> {
        let mut table = self.lock();
        let most_of_key = if self.keys > 1 { self.most / 2 } else { self.most };
        let (full, of_key) = (table.jobs.len() >= self.most, table.by_key.get(&job.key));
        let mut room = None;
        if full || of_key.map_or(0, BTreeMap::len) >= most_of_key.max(1) {
            let candidates = if full { Some(&table.jobs) } else { of_key };
            let spent = candidates.into_iter().flat_map(BTreeMap::values).find(|other| other.is_spent());
            let spent = spent.map(|job| job.id.clone()).ok_or(Full)?;
            room = table.remove(&spent);
        }
        table.next += 1;
        let place = table.next;
        table.places.insert(job.id.clone(), place);
        for task in job.tasks() {
            table.places.insert(task.id.clone(), place);
        }
        table.by_key.entry(job.key.clone()).or_default().insert(place, job.clone());
        table.jobs.insert(place, job.clone());
        Ok(room)
    }

    fn begun(&self, job: &Job) {
        let mut table = self.lock();
        let Some(place) = table.places.get(&job.id).copied() else { return };
        for task in job.tasks() {
            table.places.insert(task.id.clone(), place);
        }
    }

    fn job(&self, id: &str) -> Option<Arc<Job>> {
        self.lock().find(id).filter(|job| job.id == id).cloned()
    }

    fn job_of(&self, task: &str) -> Option<Arc<Job>> {
        self.lock().find(task).filter(|job| job.id != task).cloned()
    }

    fn of_key(&self, key: &str) -> Vec<Arc<Job>> {
        self.lock().by_key.get(key).into_iter().flat_map(BTreeMap::values).cloned().collect()
    }

    fn all(&self) -> Vec<Arc<Job>> {
        self.lock().jobs.values().cloned().collect()
    }

    fn remove(&self, id: &str) -> Option<Arc<Job>> {
        self.lock().remove(id)
    }

    fn add_hook(&self, hook: Hook) -> Hook {
        let mut hooks = self.lock_hooks();
        hooks.0 += 1;
        let hook = Hook { id: hooks.0, ..hook };
        hooks.1.push(hook.clone());
        hook
    }

    fn hooks(&self, key: &str) -> Vec<Hook> {
        self.lock_hooks().1.iter().filter(|hook| hook.key == key).cloned().collect()
    }

    fn remove_hook(&self, key: &str, id: u64) -> bool {
        let mut hooks = self.lock_hooks();
        let before = hooks.1.len();
        hooks.1.retain(|hook| hook.id != id || hook.key != key);
        hooks.1.len() < before
    }

    fn note_hook(&self, id: u64, disabled: bool, failing: bool) {
        if let Some(hook) = self.lock_hooks().1.iter_mut().find(|hook| hook.id == id) {
            hook.disabled |= disabled;
            hook.failing = failing;
        }
    }
}
