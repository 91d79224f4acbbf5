//! What the command line and embedding programs can set.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::{Limit, Network, Rule};

/// How the sandbox runs.
///
/// ```
/// use cloudconvert_sandbox::Config;
///
/// let config = Config { keys: vec!["secret".into()], admin: true, ..Config::default() };
/// assert!(config.listen.ip().is_loopback());
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The API keys that are accepted.
    pub keys: Vec<String>,
    /// What keys are allowed to do in version 2 (`task.read`, `task.write`, …); a key that is not named here may do all.
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
    /// How many processes are remembered; more make the oldest that have ended go.
    pub max_processes: usize,
    /// How long to wait before a failed callback is tried again ("5 seconds in between").
    pub callback_pause: Duration,
    /// What inputs may be fetched from and callbacks may go to, besides the public internet: this machine and its
    /// networks are out of reach otherwise.
    pub allow_fetch: Vec<Network>,
    /// Whether `/_admin` is served: faults on demand, rate limits, and a journal of requests.
    pub admin: bool,
    /// The rate limits from the start.
    pub limits: Vec<Limit>,
    /// The faults from the start.
    pub faults: Vec<Rule>,
    /// Where the chances of faults begin that name no seed of their own.
    pub seed: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            keys: Vec::new(),
            scopes: HashMap::new(),
            parallel_jobs: None,
            data: None,
            engines: std::thread::available_parallelism().map_or(2, usize::from),
            worker: None,
            max_input: 16 << 30,
            max_memory: 4 << 30,
            max_output: 4 << 30,
            time_factor: 1.0,
            keep: Duration::from_hours(24),
            resumable: Duration::from_mins(1),
            max_processes: 10_000,
            callback_pause: Duration::from_secs(5),
            allow_fetch: Vec::new(),
            admin: false,
            limits: Vec::new(),
            faults: Vec::new(),
            seed: 0,
        }
    }
}
