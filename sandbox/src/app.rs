//! What all requests share: the configuration, the processes, and who may do what.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, header};
use tokio::sync::Semaphore;

use crate::config::Config;
use crate::engine::Engines;
use crate::error::ApiError;
use crate::fault::Faults;
use crate::params::Params;
use crate::process::Process;
use crate::throttle::Throttle;

pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) data: PathBuf,
    pub(crate) engines: Engines,
    /// As many conversions run at once as there are permits.
    pub(crate) slots: Semaphore,
    pub(crate) faults: Faults,
    pub(crate) throttle: Throttle,
    pub(crate) http: reqwest::Client,
    processes: Mutex<HashMap<String, Arc<Process>>>,
}

impl App {
    pub(crate) fn new(config: Config, data: PathBuf) -> Result<Self, std::io::Error> {
        let http = reqwest::Client::builder().user_agent("cloudconvert-sandbox").build();
        Ok(Self {
            slots: Semaphore::new(config.engines.max(1)),
            data,
            engines: Engines::detect(),
            faults: Faults::default(),
            throttle: Throttle::default(),
            http: http.map_err(std::io::Error::other)?,
            processes: Mutex::default(),
            config,
        })
    }

    /// The key of a request: Bearer header, or `apikey` among the parameters.
    pub(crate) fn authorize(&self, headers: &HeaderMap, params: &Params) -> Result<String, ApiError> {
        let key = bearer(headers).map(str::to_owned).or_else(|| params.text("apikey"));
        let Some(key) = key else {
            return Err(ApiError::new(401, "An API key is needed: send it as Authorization: Bearer KEY"));
        };
        if self.config.keys.contains(&key) { Ok(key) } else { Err(ApiError::new(401, "Invalid API key")) }
    }

    pub(crate) fn insert(&self, process: Arc<Process>) {
        self.lock().insert(process.id.clone(), process);
    }

    pub(crate) fn process(&self, id: &str) -> Result<Arc<Process>, ApiError> {
        self.lock().get(id).cloned().ok_or_else(|| ApiError::not_found("Process"))
    }

    /// The process with this upload or download token, which may have a tilde before it.
    pub(crate) fn by_token(&self, token: &str) -> Option<Arc<Process>> {
        let token = token.trim_start_matches('~');
        self.lock().values().find(|p| p.upload_token == token || p.download_token == token).cloned()
    }

    pub(crate) fn of_key(&self, key: &str) -> Vec<Arc<Process>> {
        self.lock().values().filter(|process| process.key == key).cloned().collect()
    }

    /// Cancels a process, forgets it and deletes its files.
    pub(crate) fn remove(&self, id: &str) {
        let removed = self.lock().remove(id);
        if let Some(process) = removed {
            process.progress.cancel();
            // Whoever waits for the process learns that it ended.
            process.state.send_modify(|state| {
                if !state.ended() {
                    state.step = Some(crate::process::Step::Error);
                    "The process was deleted".clone_into(&mut state.message);
                    state.failure = Some((404, None));
                }
            });
            let _ = std::fs::remove_dir_all(&process.folder);
        }
    }

    /// Cancels everything, so that the service can stop.
    pub(crate) fn clear(&self) {
        let ids: Vec<String> = self.lock().keys().cloned().collect();
        for id in ids {
            self.remove(&id);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Process>>> {
        self.processes.lock().expect("no panic while locked")
    }
}

/// The key in an `Authorization` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// The name under which the client reached the service.
pub(crate) fn host(headers: &HeaderMap) -> String {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost").to_owned()
}
