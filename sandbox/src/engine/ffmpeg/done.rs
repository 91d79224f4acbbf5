//! What ffmpeg says while it writes: how far it is, and what it could not read.

use tokio::process::Command;

use super::whole::breaks_off;
use super::{Failure, Progress, program};
use crate::engine::process::without_paths;
use crate::file::StoredFile;

/// Words in what it says of an input that is damaged. It also complains of what does no harm.
const DAMAGE: [&str; 8] = [
    "ended prematurely",
    "rror while decoding",
    "corrupt",
    "damaged at",
    "incomplete frame",
    "invalid residual",
    "truncated",
    "partial file",
];

/// What it has done in the end.
#[derive(Default)]
pub(super) struct Done {
    pictures: u64,
    microseconds: f64,
    damage: Option<String>,
}

impl Done {
    /// Runs it, and shows how much of this length in seconds it has done.
    pub(super) fn of(
        ffmpeg: &mut Command,
        length: Option<f64>,
        progress: &Progress,
    ) -> (Self, Result<(), Failure>) {
        let mut done = Self::default();
        let ended = program::run(ffmpeg, progress, |line| match line.split_once('=') {
            Some(("frame", count)) => done.pictures = count.trim().parse().unwrap_or(done.pictures),
            Some(("out_time_us", time)) => {
                done.microseconds = time.parse().unwrap_or(done.microseconds);
                if let Some(length) = length {
                    progress.percent(done.microseconds / 10_000.0 / length);
                }
            }
            _ if done.damage.is_none() && DAMAGE.iter().any(|word| line.contains(word)) => {
                done.damage = Some(line.to_owned());
            }
            _ => {}
        });
        (done, ended)
    }

    /// Whether neither a picture nor sound was written.
    pub(super) fn is_nothing(&self) -> bool {
        self.pictures == 0 && self.microseconds <= 0.0
    }

    /// Tells what is missing of an input that says that it has this length in seconds.
    pub(super) fn tell(self, input: &StoredFile, length: Option<f64>, progress: &Progress) {
        let done = self.microseconds / 1e6;
        if let Some(line) = self.damage {
            // Which part of the program said it, in brackets, is of no use.
            let said = line.rsplit("] ").next().unwrap_or_default();
            progress.warn(format!(
                "The input file is damaged, and what could not be read is missing: {}",
                without_paths(said)
            ));
        } else if let Some(length) = length.filter(|length| done + (length / 20.0).max(1.0) < *length) {
            progress.warn(format!(
                "The input file says that it has {length:.1} s, and {done:.1} s of it could be read: it is broken off"
            ));
        } else if breaks_off(&input.path) {
            progress.warn("The input file is broken off: it ends before its content does");
        }
    }
}
