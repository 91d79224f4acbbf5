//! A wall clock that is set while a program runs, by faketime.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

/// The wall clock of programs, which a file sets.
pub(super) struct Clock {
    folder: TempDir,
    library: PathBuf,
}

impl Clock {
    pub(super) fn new() -> Result<Self> {
        let folders = fs::read_dir("/usr/lib")?.flatten().map(|entry| entry.path());
        let library = folders
            .map(|folder| folder.join("faketime/libfaketime.so.1"))
            .find(|library| library.exists())
            .context("there is no libfaketime: install faketime")?;
        let clock = Self { folder: tempfile::tempdir()?, library };
        clock.set("+0d")?;
        Ok(clock)
    }

    /// The file that says by how much the clock is set.
    pub(super) fn setting(&self) -> PathBuf {
        self.folder.path().join("setting")
    }

    /// Sets it by as much, such as `-1d`, in one step: it is read at any time.
    pub(super) fn set(&self, by: &str) -> Result<()> {
        let new = self.folder.path().join("new");
        fs::write(&new, by)?;
        Ok(fs::rename(new, self.setting())?)
    }

    /// A program with this clock. The one that only goes forward stays as it is: nobody sets that.
    pub(super) fn of<'c>(&self, program: &'c mut Command) -> &'c mut Command {
        program
            .env("LD_PRELOAD", Path::new(&self.library))
            .env("FAKETIME_TIMESTAMP_FILE", self.setting())
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    }
}
