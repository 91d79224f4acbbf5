//! What all requests share: the configuration, the processes, and who may do what.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::http::{HeaderMap, Uri, header};

use crate::config::Config;
use crate::egress::Egress;
use crate::engine::Engines;
use crate::error::ApiError;
use crate::fault::{Faults, Journal};
use crate::incoming::Inbox;
use crate::jobs::{Hooks, Jobs, Signer};
use crate::params::Params;
use crate::process::{Process, Processes};
use crate::run::Queue;
use crate::throttle::Throttle;

pub(crate) struct App {
    pub(crate) config: Config,
    /// Where it listens, for clients that name no host.
    address: String,
    /// Every process has a folder in it.
    pub(crate) data: PathBuf,
    pub(crate) inbox: Inbox,
    pub(crate) engines: Engines,
    pub(crate) queue: Queue,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    throttle: Throttle,
    /// Fetches inputs and calls back.
    pub(crate) egress: Egress,
    pub(crate) processes: Processes,
    pub(crate) jobs: Jobs,
    pub(crate) hooks: Hooks,
    /// Signs upload forms and download links.
    pub(crate) signer: Signer,
}

impl App {
    pub(crate) fn new(config: Config, address: String, data: &Path) -> std::io::Result<Self> {
        let inbox = Inbox { folder: data.join("incoming"), max_size: config.max_input };
        std::fs::create_dir_all(&inbox.folder)?;
        Ok(Self {
            address,
            data: data.to_owned(),
            inbox,
            engines: Engines::detect(),
            queue: Queue::new(config.engines),
            faults: Faults::new(config.faults.clone(), config.seed),
            journal: Journal::new(config.admin),
            throttle: Throttle::new(config.limits.clone()),
            egress: Egress::new(config.allow_fetch.clone())?,
            processes: Processes::new(config.max_processes),
            jobs: Jobs::new(config.max_processes, config.keep),
            hooks: Hooks::default(),
            signer: Signer::random(),
            config,
        })
    }

    /// The key of a request. Counts against its rate limit.
    pub(crate) fn authorize(&self, headers: &HeaderMap, params: &Params) -> Result<String, ApiError> {
        let key = self.check_key(headers, params)?;
        self.throttle.admit(&key)?;
        Ok(key)
    }

    /// The key of a request: Bearer header, or `apikey` among the parameters.
    pub(crate) fn check_key(&self, headers: &HeaderMap, params: &Params) -> Result<String, ApiError> {
        let key = bearer(headers).map(str::to_owned).or_else(|| params.text("apikey"));
        let Some(key) = key else {
            return Err(ApiError::new(401, "An API key is needed: send it as Authorization: Bearer KEY"));
        };
        if !self.config.keys.contains(&key) {
            return Err(ApiError::new(401, "Invalid API key"));
        }
        Ok(key)
    }

    /// The process of a URL. Counts against the rate limit of the key that created it.
    pub(crate) fn process(&self, id: &str) -> Result<Arc<Process>, ApiError> {
        self.admit(self.processes.by_id(id), "Process")
    }

    /// The process of an upload URL, likewise.
    pub(crate) fn by_upload(&self, token: &str) -> Result<Arc<Process>, ApiError> {
        self.admit(self.processes.by_upload(token), "Upload URL")
    }

    /// The process of a download URL, likewise.
    pub(crate) fn by_download(&self, token: &str) -> Result<Arc<Process>, ApiError> {
        self.admit(self.processes.by_download(token), "Output")
    }

    pub(crate) const fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// The name under which the client reached the service.
    pub(crate) fn host(&self, uri: &Uri, headers: &HeaderMap) -> String {
        let named = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let named = uri.authority().map(axum::http::uri::Authority::as_str).or(named);
        named.filter(|host| !host.is_empty()).unwrap_or(&self.address).to_owned()
    }

    fn admit(&self, process: Option<Arc<Process>>, what: &str) -> Result<Arc<Process>, ApiError> {
        let process = process.ok_or_else(|| ApiError::not_found(what))?;
        self.throttle.admit(&process.key)?;
        Ok(process)
    }
}

/// The key in an `Authorization` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}
