//! What all requests share: the jobs, and who may do what.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::error::ApiError;
use crate::fault::Journal;
use crate::incoming::Inbox;
use crate::jobs::{Jobs, Store};
use crate::keys::Keys;
use crate::sign::Signer;
use crate::throttle::Throttle;

/// How many strangers at once may send a long body with their key in it.
const STRANGERS: usize = 16;

pub(crate) struct App {
    pub(crate) config: Arc<Config>,
    /// Where it listens, for clients that name no host.
    pub(crate) address: String,
    pub(crate) jobs: Arc<Jobs>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) throttle: Throttle,
    /// Signs upload forms and download links.
    pub(crate) signer: Signer,
    pub(crate) keys: Keys,
    pub(crate) admin_keys: Keys,
    /// Whoever follows a signed URL looks for its job, or creates it, alone.
    pub(crate) signed: tokio::sync::Mutex<()>,
    /// One long body is in memory at a time.
    pub(crate) long_body: Arc<Semaphore>,
    pub(crate) strangers: Arc<Semaphore>,
    /// Cancelled when it takes no new work any more.
    pub(crate) stopping: CancellationToken,
}

impl App {
    pub(crate) fn new(
        config: Config,
        address: String,
        data: &Path,
        store: Arc<dyn Store>,
    ) -> std::io::Result<Self> {
        let inbox = Inbox { folder: data.join("incoming"), max_size: config.max_input };
        std::fs::create_dir_all(&inbox.folder)?;
        let config = Arc::new(config);
        let admin = config.admin_key.clone();
        Ok(Self {
            address,
            signer: Signer::new(store.secret(Signer::random_secret())),
            jobs: Arc::new(Jobs::new(config.clone(), data.to_owned(), inbox, store)?),
            journal: Arc::new(Journal::new(admin.is_some())),
            throttle: Throttle::new(config.limits.clone()),
            keys: Keys::new(config.keys.clone()),
            admin_keys: Keys::new(admin.into_iter().collect()),
            signed: tokio::sync::Mutex::default(),
            long_body: Arc::new(Semaphore::new(1)),
            strangers: Arc::new(Semaphore::new(STRANGERS)),
            stopping: CancellationToken::new(),
            config,
        })
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
