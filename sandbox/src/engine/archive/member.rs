//! What archives hold, and how much of it.

use std::path::PathBuf;
use std::time::SystemTime;

/// How much an archive may hold when unpacked, and how many members.
pub(super) const MAX_BYTES: u64 = 4 << 30;
pub(super) const MAX_MEMBERS: usize = 10_000;
/// The longest name or target of a link, in bytes.
pub(super) const MAX_NAME: usize = 4096;

/// A member of an archive, as it is written.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The permissions of Unix.
    pub(super) mode: Option<u32>,
    pub(super) modified: Option<SystemTime>,
}

pub(super) enum Kind {
    /// Its content is here.
    File(PathBuf),
    Folder,
    /// The target.
    Symlink(String),
}
