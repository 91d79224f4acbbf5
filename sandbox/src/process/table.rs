//! All processes: found by ID and by the tokens of their URLs, and forgotten in time.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Process;
use crate::error::ApiError;

/// The processes of a service.
pub(crate) struct Processes {
    most: usize,
    /// How many keys there are, among which they are shared.
    keys: usize,
    table: Arc<Mutex<Table>>,
}

#[derive(Default)]
struct Table {
    /// In the order of their creation.
    processes: BTreeMap<u64, Arc<Process>>,
    /// Where a process is, by its ID and its tokens.
    names: HashMap<String, u64>,
    next: u64,
}

impl Table {
    fn get(&self, name: &str) -> Option<&Arc<Process>> {
        self.processes.get(self.names.get(name)?)
    }

    fn remove(&mut self, id: &str) -> Option<Arc<Process>> {
        let process = self.get(id)?.clone();
        let number = self.names.get(id).copied()?;
        self.processes.remove(&number);
        for name in [&process.id, &process.upload_token, &process.download_token] {
            self.names.remove(name);
        }
        Some(process)
    }
}

impl Processes {
    pub(crate) fn new(most: usize, keys: usize) -> Self {
        Self { most, keys, table: Arc::default() }
    }

    /// Remembers a process until it expires. Where there are too many, the oldest of which nothing is left but its
    /// record makes room; where there is none, or one of several keys has half of all, the new one is refused.
    pub(crate) fn insert(&self, process: &Arc<Process>) -> Result<(), ApiError> {
        let mut table = lock(&self.table);
        let of_key = |other: &&Arc<Process>| other.key == process.key;
        let most_of_key = if self.keys > 1 { self.most / 2 } else { self.most };
        let full = table.processes.len() >= self.most;
        if full || table.processes.values().filter(of_key).count() >= most_of_key.max(1) {
            let spent = table
                .processes
                .values()
                .find(|other| (full || of_key(other)) && other.is_idle() && other.state.borrow().is_spent());
            let Some(spent) = spent.map(|process| process.id.clone()) else {
                let message =
                    "There are too many processes at present; delete those that are done".to_owned();
                return Err(ApiError { status: 503, message, retry_after: Some(30) });
            };
            if let Some(spent) = table.remove(&spent) {
                spent.delete();
            }
        }
        table.next += 1;
        let number = table.next;
        for name in [&process.id, &process.upload_token, &process.download_token] {
            table.names.insert(name.clone(), number);
        }
        table.processes.insert(number, process.clone());
        tokio::spawn(expire(self.table.clone(), process.clone()));
        Ok(())
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<Arc<Process>> {
        lock(&self.table).get(id).filter(|process| process.id == id).cloned()
    }

    /// The process with this upload token, which may have a tilde before it.
    pub(crate) fn by_upload(&self, token: &str) -> Option<Arc<Process>> {
        let token = token.trim_start_matches('~');
        lock(&self.table).get(token).filter(|process| process.upload_token == token).cloned()
    }

    /// The process with this download token, which may have a tilde before it.
    pub(crate) fn by_download(&self, token: &str) -> Option<Arc<Process>> {
        let token = token.trim_start_matches('~');
        lock(&self.table).get(token).filter(|process| process.download_token == token).cloned()
    }

    /// The processes of a key, oldest first.
    pub(crate) fn of_key(&self, key: &str) -> Vec<Arc<Process>> {
        lock(&self.table).processes.values().filter(|process| process.key == key).cloned().collect()
    }

    /// Cancels a process, forgets it and deletes its files.
    pub(crate) fn remove(&self, id: &str) {
        let removed = lock(&self.table).remove(id);
        if let Some(process) = removed {
            process.delete();
        }
    }

    /// Waits until nothing goes on with any of them. Whether anything did.
    pub(crate) async fn idle(&self) -> bool {
        let mut waited = false;
        loop {
            let busy = lock(&self.table).processes.values().find(|process| !process.is_idle()).cloned();
            let Some(busy) = busy else { return waited };
            waited = true;
            busy.idle().await;
        }
    }

    /// Removes all.
    pub(crate) fn clear(&self) {
        let all = std::mem::take(&mut *lock(&self.table));
        for process in all.processes.values() {
            process.delete();
        }
    }
}

fn lock(table: &Mutex<Table>) -> MutexGuard<'_, Table> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sleeps until a process expires, which its start and its end put off, and removes it then; but not while something
/// goes on with it.
async fn expire(table: Arc<Mutex<Table>>, process: Arc<Process>) {
    let expired = async {
        loop {
            let expire = process.state.borrow().expire;
            tokio::time::sleep_until(expire).await;
            process.idle().await;
            if process.state.borrow().expire <= expire {
                return;
            }
        }
    };
    tokio::select! {
        () = process.deleted.cancelled() => {}
        () = expired => {
            lock(&table).remove(&process.id);
            process.delete();
        }
    }
}
