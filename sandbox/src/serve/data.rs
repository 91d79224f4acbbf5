//! The folder with all files of the service: for this user alone, and gone with it, if need be at its next start.

use std::fs::{DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

const PREFIX: &str = "cloudconvert-sandbox-";
/// A file in the folder that is locked as long as its service runs. The system unlocks it when that ends, however.
const LOCK: &str = "lock";

/// A folder of this service's own.
pub(crate) struct Data {
    folder: TempDir,
    _lock: File,
}

impl Data {
    /// Makes one, in `parent` or among the temporary files of the system, and removes those of services that were killed.
    pub(crate) fn create(parent: Option<&Path>) -> io::Result<Self> {
        let parent = parent.map_or_else(std::env::temp_dir, PathBuf::from);
        private(DirBuilder::new().recursive(true)).create(&parent)?;
        clean(&parent);
        let folder = private_folder(&parent)?;
        // It gets its name when it is locked, so that nobody takes it for one that was left.
        let unlocked = folder.path().join("unlocked");
        let lock = File::create(&unlocked)?;
        lock.lock()?;
        std::fs::rename(unlocked, folder.path().join(LOCK))?;
        Ok(Self { folder, _lock: lock })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn close(self) -> io::Result<()> {
        self.folder.close()
    }
}

/// Removes the folders of services that do not run any more.
fn clean(parent: &Path) {
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        if !ours || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let lock = File::open(entry.path().join(LOCK));
        if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
            match std::fs::remove_dir_all(entry.path()) {
                Ok(()) => tracing::info!("removed the files of a service that was killed"),
                Err(error) => tracing::warn!(kind = %error.kind(), "files of a service that was killed stay"),
            }
        }
    }
}

#[cfg(unix)]
fn private(builder: &mut DirBuilder) -> &DirBuilder {
    std::os::unix::fs::DirBuilderExt::mode(builder, 0o700)
}

#[cfg(not(unix))]
fn private(builder: &mut DirBuilder) -> &DirBuilder {
    builder
}

#[cfg(unix)]
fn private_folder(parent: &Path) -> io::Result<TempDir> {
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    tempfile::Builder::new().prefix(PREFIX).permissions(permissions).tempdir_in(parent)
}

#[cfg(not(unix))]
fn private_folder(parent: &Path) -> io::Result<TempDir> {
    tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)
}
