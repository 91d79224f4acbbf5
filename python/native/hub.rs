//! All conversions of one client in one process: members of one batch, so that what the service tells one of them, all
//! of them heed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use cloudconvert_core::{Api, Batch, Callback, Concurrency, Conversion};
use pyo3::prelude::*;
use tokio::sync::Notify;

use crate::exchange::Files;
use crate::network::{Clock, Network};
use crate::task::Task;

/// All hubs. Locked only by threads that are attached to the interpreter, so no forked child inherits the lock taken.
static HUBS: Mutex<Vec<Weak<Hub>>> = Mutex::new(Vec::new());

/// A batch, and what its members work with.
pub(crate) struct Hub {
    /// A forked child must not use the hubs of its parent: their locks may be taken for ever.
    pub(crate) process: u32,
    pub(crate) network: Network,
    pub(crate) clock: Clock,
    inner: Mutex<Inner>,
    pub(crate) wake: Notify,
}

pub(crate) struct Inner {
    pub(crate) batch: Batch,
    pub(crate) members: HashMap<u64, Arc<Member>>,
    /// Single calls that are out, and what gives them up.
    pub(crate) calls: HashMap<u64, (Arc<Task>, Arc<Notify>)>,
    /// How many calls there have been.
    called_so_far: u64,
    /// Members to be given up.
    pub(crate) cancelled: Vec<u64>,
    /// What the service said by calling back.
    pub(crate) called: Vec<Callback>,
    /// Whether the driver runs. It ends when there are no members, and begins anew with the next.
    pub(crate) driven: bool,
}

/// A conversion of the batch, as the driver and the threads that wait for it share it.
pub(crate) struct Member {
    pub(crate) api: Api,
    pub(crate) files: Arc<Files>,
    /// Called with the saved state before a request that another process would have to know of.
    pub(crate) checkpoint: Option<Arc<Py<PyAny>>>,
    /// The least level that the log takes, as Python counts them.
    pub(crate) log: u8,
    pub(crate) task: Arc<Task>,
}

impl Hub {
    pub(crate) fn new(network: Network, clock: Clock, concurrency: Concurrency, seed: u64) -> Arc<Self> {
        let inner = Inner {
            batch: Batch::new(concurrency, seed),
            members: HashMap::new(),
            calls: HashMap::new(),
            called_so_far: 0,
            cancelled: Vec::new(),
            called: Vec::new(),
            driven: false,
        };
        let hub = Self {
            process: std::process::id(),
            network,
            clock,
            inner: Mutex::new(inner),
            wake: Notify::new(),
        };
        let hub = Arc::new(hub);
        let mut hubs = HUBS.lock().unwrap_or_else(PoisonError::into_inner);
        hubs.retain(|hub| hub.strong_count() > 0);
        hubs.push(Arc::downgrade(&hub));
        hub
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a conversion, which begins when its turn comes. Tells which member it is, and whether the driver runs already:
    /// else the caller has to begin that.
    pub(crate) fn add(&self, conversion: Conversion, member: Member) -> (u64, bool) {
        let mut inner = self.lock();
        let id = inner.batch.add(conversion);
        inner.members.insert(id, Arc::new(member));
        let driven = std::mem::replace(&mut inner.driven, true);
        drop(inner);
        self.wake.notify_one();
        (id, driven)
    }

    /// Adds a single call. Tells its number.
    pub(crate) fn add_call(&self, task: Arc<Task>, cancel: Arc<Notify>) -> u64 {
        let mut inner = self.lock();
        inner.called_so_far += 1;
        let id = inner.called_so_far;
        inner.calls.insert(id, (task, cancel));
        id
    }

    /// A single call has ended.
    pub(crate) fn end_call(&self, id: u64) {
        self.lock().calls.remove(&id);
    }

    /// Cancels a member. It ends when it has cleaned up.
    pub(crate) fn cancel(&self, id: u64) {
        self.lock().cancelled.push(id);
        self.wake.notify_one();
    }

    /// The service called back.
    pub(crate) fn called_back(&self, callback: Callback) {
        self.lock().called.push(callback);
        self.wake.notify_one();
    }

    /// What another process needs to go on, as JSON. None of a member that has ended.
    pub(crate) fn saved(&self, id: u64) -> Option<String> {
        let inner = self.lock();
        let member = inner.members.get(&id)?;
        Some(inner.batch.get(id)?.save().to_json(&member.api))
    }

    /// Outputs are about to get their names: by what their files are known. Gives what is to be kept before.
    pub(crate) fn naming(&self, id: u64, marks: Vec<(String, String)>) -> Option<String> {
        self.lock().batch.naming(id, marks)
    }

    /// Whether the file of this mark is this output, which an earlier process named.
    pub(crate) fn is_output(&self, id: u64, output: &str, mark: &str) -> bool {
        self.lock().batch.get(id).is_some_and(|conversion| conversion.is_output(output, mark))
    }
}

/// The hubs of this process that are still held.
pub(crate) fn all(_attached: Python<'_>) -> Vec<Arc<Hub>> {
    let hubs = HUBS.lock().unwrap_or_else(PoisonError::into_inner);
    hubs.iter().filter_map(Weak::upgrade).collect()
}
