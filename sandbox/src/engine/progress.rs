//! How far the work is, and whether it is still wanted.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use super::Failure;

/// The engine writes, the server reads.
#[derive(Clone)]
pub(crate) struct Progress {
    shown: Arc<Mutex<(f64, String)>>,
    cancelled: CancellationToken,
}

impl Progress {
    pub(crate) fn new(cancelled: CancellationToken) -> Self {
        Self { shown: Arc::default(), cancelled }
    }

    /// Notes the percent and a message down; an error when the work was cancelled meanwhile.
    pub(super) fn set(&self, percent: f64, message: &str) -> Result<(), Failure> {
        message.clone_into(&mut self.lock().1);
        self.percent(percent);
        self.check()
    }

    /// Notes the percent down, which never falls.
    pub(super) fn percent(&self, percent: f64) {
        let mut shown = self.lock();
        shown.0 = shown.0.max(percent.clamp(0.0, 100.0));
    }

    pub(crate) fn get(&self) -> (f64, String) {
        self.lock().clone()
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.cancel();
    }

    pub(super) fn check(&self) -> Result<(), Failure> {
        if self.cancelled.is_cancelled() { Err(Failure::Cancelled) } else { Ok(()) }
    }

    pub(super) async fn cancelled(&self) {
        self.cancelled.cancelled().await;
    }

    /// A file whose first `bytes` bytes, read or written, move the percent from `from` to `to`; cancelling breaks it.
    pub(super) fn watch<T>(&self, file: T, bytes: u64, (from, to): (f64, f64)) -> Watched<'_, T> {
        Watched { progress: self, file, done: 0, bytes: bytes.max(1), from, to }
    }

    fn lock(&self) -> MutexGuard<'_, (f64, String)> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See [`Progress::watch`].
pub(super) struct Watched<'a, T> {
    progress: &'a Progress,
    file: T,
    done: u64,
    bytes: u64,
    from: f64,
    to: f64,
}

impl<T> Watched<'_, T> {
    #[allow(clippy::cast_precision_loss)]
    fn done(&mut self, count: usize) -> io::Result<usize> {
        self.done += count as u64;
        let part = (self.done as f64 / self.bytes as f64).min(1.0);
        self.progress.percent(self.from + part * (self.to - self.from));
        // Not `Interrupted`, which makes readers try again.
        self.progress.check().map_err(|_| io::Error::other("cancelled"))?;
        Ok(count)
    }
}

impl<T: Read> Read for Watched<'_, T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.done(count)
    }
}

impl<T: Write> Write for Watched<'_, T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.done(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl<T: Seek> Seek for Watched<'_, T> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
