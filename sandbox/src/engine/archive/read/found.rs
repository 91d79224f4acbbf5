//! What is found in an archive, and how it is unpacked within bounds.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::engine::archive::member::{MAX_BYTES, MAX_MEMBERS, MAX_NAME};
use crate::engine::{Failure, Progress};

/// A member as it stands in an archive.
pub(in crate::engine::archive) struct Found {
    pub(in crate::engine::archive) name: Name,
    pub(in crate::engine::archive) kind: Kind,
    /// The permissions of Unix.
    pub(in crate::engine::archive) mode: Option<u32>,
    pub(in crate::engine::archive) modified: Option<SystemTime>,
}

/// The bytes of a name.
pub(in crate::engine::archive) struct Name {
    pub(in crate::engine::archive) bytes: Vec<u8>,
    /// Whether they are UTF-8 and said to be so.
    pub(in crate::engine::archive) declared: bool,
}

impl Name {
    pub(super) fn new(bytes: Vec<u8>, declared: bool) -> Self {
        Self { declared: declared && std::str::from_utf8(&bytes).is_ok(), bytes }
    }
}

pub(in crate::engine::archive) enum Kind {
    /// Its content is here.
    File(PathBuf),
    Folder,
    /// The target, from the folder of the link.
    Symlink(Name),
    /// The name of a member that came before.
    HardLink(Name),
    /// What no archive of another kind has: what it is.
    Special(&'static str),
    /// A file whose content nobody asked for and no password opens: its size.
    Locked(u64),
}

/// What is wanted of an archive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::engine::archive) enum Wanted {
    Content,
    /// What there is, also of members that are locked.
    List,
}

/// What is unpacked already, and what may still come.
pub(super) struct Unpacked<'a> {
    pub(super) folder: &'a Path,
    pub(super) members: Vec<Found>,
    /// How many bytes may still be written.
    pub(super) left: u64,
    pub(super) progress: &'a Progress,
}

impl Unpacked<'_> {
    /// Notes a member down.
    pub(super) fn add(&mut self, member: Found) -> Result<(), Failure> {
        self.progress.check()?;
        if member.name.bytes.len() > MAX_NAME {
            self.progress.warn(format!(
                "A member of the archive is left out: its name is longer than {MAX_NAME} bytes"
            ));
            return Ok(());
        }
        if self.members.len() == MAX_MEMBERS {
            return Err(Failure::BadInput(format!(
                "The archive is too large when unpacked: it has more than {MAX_MEMBERS} members"
            )));
        }
        self.members.push(member);
        Ok(())
    }

    /// An empty file for the content of the next member.
    pub(super) fn create(&self) -> Result<(PathBuf, File), Failure> {
        let path = self.folder.join(self.members.len().to_string());
        let file = File::create(&path).map_err(Failure::io)?;
        Ok((path, file))
    }

    /// Counts bytes of content; an error where they are too many.
    pub(super) fn take(&mut self, bytes: u64) -> Result<(), Failure> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| {
            Failure::BadInput(format!(
                "The archive is too large when unpacked: it has more than {MAX_BYTES} bytes"
            ))
        })?;
        Ok(())
    }

    /// Writes the content of a member to a file.
    pub(super) fn write(
        &mut self,
        content: impl Read,
        failure: impl FnOnce(io::Error) -> Failure,
    ) -> Result<PathBuf, Failure> {
        let (path, mut file) = self.create()?;
        let copied = io::copy(&mut content.take(self.left + 1), &mut file).map_err(failure)?;
        self.take(copied)?;
        Ok(path)
    }
}

/// So many seconds after 1970, or before.
pub(super) fn time(seconds: i64) -> Option<SystemTime> {
    let far = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(far)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(far)
    }
}
