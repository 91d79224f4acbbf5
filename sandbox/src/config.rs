//! What the command line and embedding programs can set.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::egress::Network;
use crate::engine::CommandEngine;
use crate::fault::Rule;
use crate::public_url::PublicUrl;
use crate::throttle::Limit;

/// What a key may be allowed to do.
///
/// API documentation: <https://cloudconvert.com/api/v2#scopes>.
pub const SCOPES: [&str; 6] =
    ["user.read", "user.write", "task.read", "task.write", "webhook.read", "webhook.write"];

/// How the sandbox runs.
///
/// ```
/// use cloudconvert_sandbox::Config;
///
/// let config = Config { keys: vec!["secret".into()], admin_key: Some("other".into()), ..Config::default() };
/// assert!(config.listen.ip().is_loopback());
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where clients find it, if that is not where they reach it: behind a proxy. None for the host that they name.
    pub public_url: Option<PublicUrl>,
    /// How many connections may bring and fetch files at once. Four times as many may wait for conversions besides.
    pub connections: usize,
    /// How long a client may be silent: with the head of a request, its body, the next one, and reading an answer.
    pub silence: Duration,
    /// How long what goes on may take to end when the service stops.
    pub grace: Duration,
    /// The API keys that are accepted.
    pub keys: Vec<String>,
    /// What keys are allowed to do, of [`SCOPES`]; a key that is not named here may do all. Version 1 asks for `task.read` to
    /// list processes, and for `task.write` to create them.
    pub scopes: HashMap<String, Vec<String>>,
    /// How many jobs of version 2 a key may have at once; none for any number.
    pub parallel_jobs: Option<usize>,
    /// Where inputs and outputs are kept; none for the system's folder for temporary files. Either way they lie in a
    /// folder of their own, which goes away in the end.
    pub data: Option<PathBuf>,
    /// How many conversions run at once; others stay in step `wait`. A key of which none runs may begin one even when
    /// other keys hold all engines, so there are twice as many at most.
    pub engines: usize,
    /// A program that calls [`work`](crate::work). Engines then run in processes of it, so that a hostile file cannot
    /// end the service; none for this process. Programs like ffmpeg run in processes of their own either way.
    pub worker: Option<PathBuf>,
    /// Whose commands users may run with arguments of their own, by the operation `command` of version 2. With a
    /// [`worker`](Self::worker) that this machine can hold in only; none unless set.
    pub commands: Vec<CommandEngine>,
    /// The largest input in bytes.
    pub max_input: u64,
    /// The memory that each process of a conversion may take, in bytes. With a [`worker`](Self::worker) only.
    pub max_memory: u64,
    /// How many bytes the outputs of a conversion may have, beyond those of its inputs.
    pub max_output: u64,
    /// Conversions are cancelled after a time that grows with their inputs: a minute and 2 seconds for each megabyte of
    /// pictures, ten minutes and 20 seconds of films. This stretches or shortens it.
    pub time_factor: f64,
    /// How long a process is kept after its start or its end ("valid up to 24h").
    pub keep: Duration,
    /// How long an output that was downloaded, and is not saved, can be resumed where its download broke off.
    pub resumable: Duration,
    /// How many processes are remembered. More make the oldest go of which nothing is left to fetch; where there is none,
    /// new ones are refused. Where there are several keys, none has more than half of them.
    pub max_processes: usize,
    /// How long to wait before a failed callback is tried again ("5 seconds in between").
    pub callback_pause: Duration,
    /// What inputs may be fetched from and callbacks may go to, besides the public internet: this machine and its
    /// networks are out of reach otherwise.
    pub allow_fetch: Vec<Network>,
    /// The key of `/_admin`, which is not served without: faults on demand, rate limits, and a journal of requests.
    pub admin_key: Option<String>,
    /// The rate limits from the start.
    pub limits: Vec<Limit>,
    /// The faults from the start.
    pub faults: Vec<Rule>,
    /// Where the chances of faults begin that name no seed of their own.
    pub seed: u64,
}

impl Config {
    /// Whether a key is allowed to do what one of [`SCOPES`] says.
    pub(crate) fn allows(&self, key: &str, scope: &str) -> bool {
        self.scopes.get(key).is_none_or(|scopes| scopes.iter().any(|known| known == scope))
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            public_url: None,
            connections: 1024,
            silence: Duration::from_mins(1),
            grace: Duration::from_secs(30),
            keys: Vec::new(),
            scopes: HashMap::new(),
            parallel_jobs: None,
            data: None,
            engines: std::thread::available_parallelism().map_or(2, usize::from),
            worker: None,
            commands: Vec::new(),
            max_input: 16 << 30,
            max_memory: 4 << 30,
            max_output: 4 << 30,
            time_factor: 1.0,
            keep: Duration::from_hours(24),
            resumable: Duration::from_mins(1),
            max_processes: 10_000,
            callback_pause: Duration::from_secs(5),
            allow_fetch: Vec::new(),
            admin_key: None,
            limits: Vec::new(),
            faults: Vec::new(),
            seed: 0,
        }
    }
}
