//! Where things lie in the workspace.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The folder with the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

/// The target directory in use, whatever set it: this program lies in `TARGET/PROFILE/`.
pub(crate) fn target() -> PathBuf {
    let program = std::env::current_exe().expect("a running program has a path");
    program.ancestors().nth(2).expect("cargo builds into TARGET/PROFILE/").to_owned()
}

/// Whether `made` exists and is not older than any of the files in and under `sources`.
pub(crate) fn is_fresh(made: &Path, sources: &[&Path]) -> bool {
    let changed = |path: &Path| path.metadata().and_then(|data| data.modified()).ok();
    let Some(made) = changed(made) else { return false };
    sources.iter().all(|source| {
        files(source).iter().filter_map(|file| changed(file)).all(|time: SystemTime| time <= made)
    })
}

/// The files in and under a path, without installed packages.
fn files(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = path.read_dir() else { return vec![path.to_owned()] };
    let children = entries.flatten().map(|entry| entry.path());
    children.filter(|child| !child.ends_with("node_modules")).flat_map(|child| files(&child)).collect()
}
