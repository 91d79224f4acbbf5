//! Asking Python from the kit's own threads.
//!
//! A thread that waits for the interpreter while that ends is ended by it, in the middle of whatever it does, and takes
//! the process down. So when Python is about to end, no thread enters any more, and those that are inside are waited for.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use pyo3::prelude::*;

/// How many threads are in, in the other bits; and in this one that none is let in any more. No lock: a forked child would
/// inherit it as it is.
static STATE: AtomicUsize = AtomicUsize::new(0);
const OVER: usize = 1 << (usize::BITS - 1);

/// How long the threads that are in are waited for: a transport may take its time.
const PATIENCE: Duration = Duration::from_secs(5);

/// A thread that is in.
struct Visit;

impl Visit {
    fn begin() -> Option<Self> {
        let over = STATE.fetch_add(1, Ordering::SeqCst) & OVER != 0;
        // Dropped where it is over.
        Some(Self).filter(|_| !over)
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        STATE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Asks Python; none when it is about to end.
pub(crate) fn attach<T>(ask: impl for<'py> FnOnce(Python<'py>) -> T) -> Option<T> {
    let _visit = Visit::begin()?;
    Python::try_attach(ask)
}

/// Asks Python, whose exceptions become the words of an error.
pub(crate) fn python<T>(ask: impl FnOnce(Python<'_>) -> PyResult<T>) -> io::Result<T> {
    let asked = attach(|py| ask(py).map_err(|error| words(py, &error)));
    asked.unwrap_or_else(|| Err("Python is shutting down".to_owned())).map_err(io::Error::other)
}

fn words(py: Python<'_>, error: &PyErr) -> String {
    let said = error.value(py).to_string();
    let kind = || error.get_type(py).name().map_or_else(|_| String::new(), |name| name.to_string());
    if said.is_empty() { kind() } else { said }
}

/// Python is about to end.
pub(crate) fn close(py: Python<'_>) {
    STATE.fetch_or(OVER, Ordering::SeqCst);
    py.detach(|| {
        let end = Instant::now() + PATIENCE;
        while STATE.load(Ordering::SeqCst) != OVER && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(1));
        }
    });
}

/// A forked child has none of the threads that were in.
pub(crate) fn forked() {
    STATE.store(0, Ordering::SeqCst);
}
