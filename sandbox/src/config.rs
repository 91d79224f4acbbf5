//! What the command line and embedding programs can set.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How the sandbox runs.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The API keys that are accepted.
    pub keys: Vec<String>,
    /// Where inputs and outputs are kept; none for a temporary folder that goes away in the end.
    pub data: Option<PathBuf>,
    /// How many conversions run at once; others stay in step `wait`.
    pub engines: usize,
    /// The largest input in bytes.
    pub max_input: u64,
    /// Whether `/_admin` is served: faults on demand, rate limits, and a journal of requests.
    pub admin: bool,
    /// How long to wait before a failed callback is tried again.
    pub callback_pause: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            keys: Vec::new(),
            data: None,
            engines: std::thread::available_parallelism().map_or(2, usize::from),
            max_input: 16 << 30,
            admin: false,
            callback_pause: Duration::from_secs(5),
        }
    }
}
