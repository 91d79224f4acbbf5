//! Whether what takes long is still waited for.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether it is still waited for.
#[derive(Clone)]
pub(crate) struct Wanted(Arc<AtomicBool>);

/// A wait. Dropped, it is wanted no more.
pub(crate) struct Waiting(Wanted);

impl Waiting {
    pub(crate) fn begin() -> Self {
        Self(Wanted(Arc::new(AtomicBool::new(true))))
    }

    pub(crate) fn wanted(&self) -> Wanted {
        self.0.clone()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.0.store(false, Ordering::Relaxed);
    }
}

impl Wanted {
    /// # Errors
    /// Where nothing waits any more.
    pub(crate) fn check(&self) -> io::Result<()> {
        if self.0.load(Ordering::Relaxed) { Ok(()) } else { Err(io::Error::other("it was given up")) }
    }
}
