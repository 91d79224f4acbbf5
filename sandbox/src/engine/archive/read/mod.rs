//! Unpacking archives of strangers: sizes, counts and the length of names are bounded, and nothing is written under a
//! name of theirs.

mod gzip;
mod header;
mod sparse;
mod tar;
mod zip;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{MAX_BYTES, MAX_MEMBERS, MAX_NAME};
use crate::engine::{Failure, Progress, Work};

/// A member as it stands in an archive.
pub(super) struct Found {
    pub(super) name: Name,
    pub(super) kind: Kind,
    /// The permissions of Unix.
    pub(super) mode: Option<u32>,
    pub(super) modified: Option<SystemTime>,
}

/// The bytes of a name.
pub(super) struct Name {
    pub(super) bytes: Vec<u8>,
    /// Whether they are UTF-8 and said to be so.
    pub(super) declared: bool,
}

impl Name {
    fn new(bytes: Vec<u8>, declared: bool) -> Self {
        Self { declared: declared && std::str::from_utf8(&bytes).is_ok(), bytes }
    }
}

pub(super) enum Kind {
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
pub(super) enum Wanted {
    Content,
    /// What there is, also of members that are locked.
    List,
}

/// Unpacks the members of an archive, with their content in numbered files in `folder`.
pub(super) fn members(
    work: &Work,
    wanted: Wanted,
    folder: &Path,
    progress: &Progress,
    percent: (f64, f64),
) -> Result<Vec<Found>, Failure> {
    let input = work.input()?;
    let open = || {
        let file = File::open(&input.path).map_err(Failure::io)?;
        Ok(BufReader::new(progress.watch(file, input.size, percent)))
    };
    let mut unpacked = Unpacked { folder, members: Vec::new(), left: MAX_BYTES, progress };
    if work.input_format == "zip" {
        let password = work.word("password");
        zip::read(&mut unpacked, wanted, open()?, open()?, password.as_deref())?;
    } else {
        let mut gzip = gzip::Gzip::new(open()?).map_err(tar::corrupt)?;
        tar::read(&mut unpacked, &mut gzip)?;
        if gzip.has_more() {
            progress.warn(
                "What stands behind the end of the compressed archive is no part of it, and is left out",
            );
        }
    }
    Ok(unpacked.members)
}

/// What is unpacked already, and what may still come.
struct Unpacked<'a> {
    folder: &'a Path,
    members: Vec<Found>,
    /// How many bytes may still be written.
    left: u64,
    progress: &'a Progress,
}

impl Unpacked<'_> {
    /// Notes a member down.
    fn add(&mut self, member: Found) -> Result<(), Failure> {
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
    fn create(&self) -> Result<(PathBuf, File), Failure> {
        let path = self.folder.join(self.members.len().to_string());
        let file = File::create(&path).map_err(Failure::io)?;
        Ok((path, file))
    }

    /// Counts bytes of content; an error where they are too many.
    fn take(&mut self, bytes: u64) -> Result<(), Failure> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| {
            Failure::BadInput(format!(
                "The archive is too large when unpacked: it has more than {MAX_BYTES} bytes"
            ))
        })?;
        Ok(())
    }

    /// Writes the content of a member to a file.
    fn write(
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
fn time(seconds: i64) -> Option<SystemTime> {
    let far = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(far)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(far)
    }
}
