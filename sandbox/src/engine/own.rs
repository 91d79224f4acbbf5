//! This program itself, where it is a worker.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tokio::process::Command;

use super::confine::Role;

/// The first argument of a worker's program that is to become another; the second is the process that started it, the others
/// are the other's name and its arguments.
pub(super) const BECOME: &str = "--become";

/// This program, where it is a worker, and what it is for.
static WORKER: OnceLock<(PathBuf, Role)> = OnceLock::new();

/// Notes that this program is a worker from now on.
pub(super) fn set_worker(program: PathBuf, role: Role) {
    let _ = WORKER.set((program, role));
}

/// The file of this program, if it is a worker.
pub(super) fn itself() -> Option<&'static Path> {
    WORKER.get().map(|(worker, _)| worker.as_path())
}

/// A program that ends with this worker, if this is one.
pub(super) fn program(name: &str) -> Option<Command> {
    let (worker, _) = WORKER.get().filter(|(_, role)| *role == Role::Starter)?;
    let mut command = Command::new(worker);
    command.arg(BECOME).arg(std::process::id().to_string()).arg(name);
    Some(command)
}
