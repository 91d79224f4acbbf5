//! How far the work is, what got lost on the way, and whether it is still wanted.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use super::Failure;

/// The most warnings that a conversion gives, besides that there are more.
const MAX_WARNINGS: usize = 100;
const MORE: &str = "There are more warnings than these";

/// The engine writes, the server reads.
#[derive(Clone)]
pub(crate) struct Progress {
    shown: Arc<Mutex<(f64, String)>>,
    warnings: Arc<Mutex<Vec<String>>>,
    cancelled: CancellationToken,
}

impl Progress {
    pub(crate) fn new(cancelled: CancellationToken) -> Self {
        Self { shown: Arc::default(), warnings: Arc::default(), cancelled }
    }

    /// The same work, of which it is not known yet whether its warnings hold.
    pub(super) fn with_warnings_apart(&self) -> Self {
        Self { warnings: Arc::default(), ..self.clone() }
    }

    /// Notes the percent and a message down; an error when the work was cancelled meanwhile.
    pub(super) fn set(&self, percent: f64, message: &str) -> Result<(), Failure> {
        message.clone_into(&mut lock(&self.shown).1);
        self.percent(percent);
        self.check()
    }

    /// Notes the percent down, which never falls.
    pub(super) fn percent(&self, percent: f64) {
        let mut shown = lock(&self.shown);
        shown.0 = shown.0.max(percent.clamp(0.0, 100.0));
    }

    pub(crate) fn get(&self) -> (f64, String) {
        lock(&self.shown).clone()
    }

    /// Tells the user what of this input is not in the output, or otherwise than in the input, and what to do about it.
    /// What is lost with every input of a pair is its [note](super::ConversionType::note) instead. The same words are
    /// told once.
    pub(crate) fn warn(&self, warning: impl Into<String>) {
        let (warning, mut warnings) = (warning.into(), lock(&self.warnings));
        if warnings.contains(&warning) {
            return;
        }
        match warnings.len() {
            ..MAX_WARNINGS => warnings.push(warning),
            MAX_WARNINGS => warnings.push(MORE.to_owned()),
            _ => {}
        }
    }

    /// What there is to tell, in the order in which it was found.
    pub(crate) fn warnings(&self) -> Vec<String> {
        lock(&self.warnings).clone()
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
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_told_once_and_there_is_an_end_of_them() {
        for (given, told) in [(1, 1), (100, 100), (101, 101), (200, 101)] {
            let progress = Progress::new(CancellationToken::new());
            for number in (0..given).chain(0..given) {
                progress.warn(format!("Line {number} is lost"));
            }
            let warnings = progress.warnings();
            assert_eq!(warnings.len(), told);
            assert_eq!(warnings[0], "Line 0 is lost");
            assert_eq!(warnings[told - 1] == MORE, given > 100, "{given}");
            // As a worker hands them on.
            let outer = Progress::new(CancellationToken::new());
            for warning in &warnings {
                outer.warn(warning.clone());
            }
            assert_eq!(outer.warnings(), warnings);
        }
    }
}
