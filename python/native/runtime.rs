//! One tokio runtime for each process, on a thread of its own: made when first needed, and made anew in a forked child.

use std::io;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use cloudconvert_core::Timestamp;
use pyo3::Python;
use tokio::runtime::{Builder, Handle};

/// The runtime, and the process that it lives in.
static RUNTIME: Mutex<Option<(u32, Handle)>> = Mutex::new(None);

/// How long a thread that reads and writes files stays without work.
const KEEP_ALIVE: Duration = Duration::from_secs(2);

/// The runtime of this process.
///
/// The caller is attached to the interpreter, and the interpreter forks only while it is attached too; so no child
/// ever inherits the lock taken.
pub(crate) fn handle(_attached: Python<'_>) -> io::Result<Handle> {
    let mut runtime = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    match &*runtime {
        Some((owner, handle)) if *owner == process => return Ok(handle.clone()),
        _ => {}
    }
    let started = start()?;
    // The runtime of a parent has no threads here: nothing of it can be shut down.
    std::mem::forget(runtime.replace((process, started.clone())));
    Ok(started)
}

fn start() -> io::Result<Handle> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .thread_name("cloudconvert-kit-files")
        .thread_keep_alive(KEEP_ALIVE)
        .max_blocking_threads(64)
        .build()?;
    let handle = runtime.handle().clone();
    std::thread::Builder::new()
        .name("cloudconvert-kit".to_owned())
        .spawn(move || runtime.block_on(std::future::pending::<()>()))?;
    Ok(handle)
}

/// The time now, by a clock that is never set back while the process runs.
pub(crate) fn now() -> Timestamp {
    static BEGUN: OnceLock<(Timestamp, Instant)> = OnceLock::new();
    let (start, begun) = BEGUN.get_or_init(|| (SystemTime::now().into(), Instant::now()));
    *start + begun.elapsed()
}

/// So many seconds. What is no length of time, or a very long one, is a year.
pub(crate) fn patience(seconds: f64) -> Duration {
    const YEAR: Duration = Duration::from_hours(365 * 24);
    Duration::try_from_secs_f64(seconds.max(0.0)).map_or(YEAR, |time| time.min(YEAR))
}

/// What spreads the retries of one conversion or call.
pub(crate) fn seed() -> u64 {
    getrandom::u64().unwrap_or_else(|_| now().as_millis())
}

/// Runs what may block (files, or Python) on a thread that may.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}
