//! All conversions of one client in one process: members of one batch, so that what the service tells one of them, all
//! of them heed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use cloudconvert_core::{Api, Batch, Callback, Concurrency, Conversion};
use pyo3::prelude::*;
use tokio::runtime::Handle;
use tokio::sync::Notify;

use crate::driver;
use crate::exchange::Files;
use crate::network::{Clock, Network};
use crate::task::{Outcome, Run, Task};

/// All hubs. Locked only by those who are attached to the interpreter, so no forked child inherits the lock taken.
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
    calls: HashMap<u64, (Arc<Task>, Arc<Notify>)>,
    /// How many calls there have been.
    called_so_far: u64,
    /// Members to be given up.
    pub(crate) cancelled: Vec<u64>,
    /// What the service said by calling back.
    pub(crate) called: Vec<Callback>,
    /// Whether the driver runs. It ends when there are no members, and begins anew with the next.
    pub(crate) driven: bool,
}

/// A conversion of the batch, as the driver and those who wait for it share it.
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

    /// What runs, whether or not anybody holds on to it.
    pub(crate) fn running(self: &Arc<Self>) -> Vec<Run> {
        if self.process != std::process::id() {
            return Vec::new();
        }
        let inner = self.lock();
        let conversions = inner.members.iter();
        let conversions =
            conversions.map(|(id, member)| Run::conversion(member.task.clone(), self.clone(), *id));
        let calls = inner.calls.values().map(|(task, cancel)| Run::call(task.clone(), cancel.clone()));
        conversions.chain(calls).collect()
    }

    /// Runs a single call to its end, or until it is given up.
    pub(crate) fn call<W>(
        self: &Arc<Self>,
        runtime: &Handle,
        work: impl FnOnce(Arc<Self>, Arc<Notify>) -> W,
    ) -> Run
    where
        W: Future<Output = Outcome> + Send + 'static,
    {
        let (task, cancel) = (Task::new(None), Arc::new(Notify::new()));
        let mut inner = self.lock();
        inner.called_so_far += 1;
        let id = inner.called_so_far;
        inner.calls.insert(id, (task.clone(), cancel.clone()));
        drop(inner);
        let (work, hub, run) =
            (work(self.clone(), cancel.clone()), self.clone(), Run::call(task.clone(), cancel));
        runtime.spawn(async move {
            let outcome = work.await;
            hub.lock().calls.remove(&id);
            task.finish(outcome);
        });
        run
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a conversion, which begins when its turn comes.
    pub(crate) fn add(self: &Arc<Self>, runtime: &Handle, conversion: Conversion, member: Member) -> u64 {
        let mut inner = self.lock();
        let id = inner.batch.add(conversion);
        inner.members.insert(id, Arc::new(member));
        if !std::mem::replace(&mut inner.driven, true) {
            runtime.spawn(driver::drive(self.clone()));
        }
        drop(inner);
        self.wake.notify_one();
        id
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

/// All that runs in this process.
pub(crate) fn running(_attached: Python<'_>) -> Vec<Run> {
    let hubs = HUBS.lock().unwrap_or_else(PoisonError::into_inner);
    hubs.iter().filter_map(Weak::upgrade).flat_map(|hub| hub.running()).collect()
}
