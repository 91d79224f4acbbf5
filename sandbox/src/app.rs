//! What all requests share: the configuration, the processes, and who may do what.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::egress::Egress;
use crate::engine::Engines;
use crate::error::ApiError;
use crate::fault::{Faults, Journal};
use crate::incoming::Inbox;
use crate::jobs::{Hooks, Jobs, Signer};
use crate::keys::Keys;
use crate::process::{Process, Processes};
use crate::run::Queue;
use crate::throttle::Throttle;

/// How many strangers at once may send a long body with their key in it.
const STRANGERS: usize = 16;

pub(crate) struct App {
    pub(crate) config: Config,
    /// Where it listens, for clients that name no host.
    pub(crate) address: String,
    /// Every process has a folder in it.
    pub(crate) data: PathBuf,
    pub(crate) inbox: Inbox,
    pub(crate) engines: Engines,
    pub(crate) queue: Queue,
    pub(crate) faults: Arc<Faults>,
    pub(crate) journal: Arc<Journal>,
    throttle: Throttle,
    /// Fetches inputs and calls back.
    pub(crate) egress: Egress,
    pub(crate) processes: Arc<Processes>,
    pub(crate) jobs: Arc<Jobs>,
    pub(crate) hooks: Hooks,
    /// Signs upload forms and download links.
    pub(crate) signer: Signer,
    pub(crate) keys: Keys,
    pub(crate) admin_keys: Keys,
    /// One long body is in memory at a time.
    pub(crate) long_body: Arc<Semaphore>,
    pub(crate) strangers: Arc<Semaphore>,
    /// Cancelled when it takes no new work any more.
    pub(crate) stopping: CancellationToken,
}

impl App {
    pub(crate) fn new(config: Config, address: String, data: &Path) -> std::io::Result<Self> {
        let inbox = Inbox { folder: data.join("incoming"), max_size: config.max_input };
        std::fs::create_dir_all(&inbox.folder)?;
        let admin = config.admin_key.clone();
        let keys = Keys::new(config.keys.clone());
        Ok(Self {
            address,
            data: data.to_owned(),
            inbox,
            engines: Engines::detect(),
            queue: Queue::new(config.engines),
            faults: Arc::new(Faults::new(config.faults.clone(), config.seed)),
            journal: Arc::new(Journal::new(admin.is_some())),
            throttle: Throttle::new(config.limits.clone()),
            egress: Egress::new(config.allow_fetch.clone())?,
            processes: Arc::new(Processes::new(config.max_processes, keys.count())),
            jobs: Arc::new(Jobs::new(config.max_processes, config.keep)),
            hooks: Hooks::default(),
            signer: Signer::random(),
            keys,
            admin_keys: Keys::new(admin.into_iter().collect()),
            long_body: Arc::new(Semaphore::new(1)),
            strangers: Arc::new(Semaphore::new(STRANGERS)),
            stopping: CancellationToken::new(),
            config,
        })
    }

    /// Counts a request that is about a process against the rate limit of the key that created it.
    pub(crate) fn admit(&self, process: Option<Arc<Process>>, what: &str) -> Result<Arc<Process>, ApiError> {
        let process = process.ok_or_else(|| ApiError::not_found(what))?;
        self.throttle.admit(&process.key)?;
        tracing::Span::current().record("process", process.short_id());
        Ok(process)
    }

    pub(crate) const fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// Refuses new work where the service is about to stop.
    pub(crate) fn takes_work(&self) -> Result<(), ApiError> {
        if !self.stopping.is_cancelled() {
            return Ok(());
        }
        let message = "The service is about to stop and takes no new conversions".to_owned();
        Err(ApiError { status: 503, message, retry_after: Some(10) })
    }
}
