//! Where an output goes, and what stands there already.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use cloudconvert_core::{name_from_bytes, numbered_name};

use crate::kind::{Kind, present_of};
use crate::mark::{IsThis, mark_of};

/// Where links lead to what a process has open: to what is there already, not to a name that may be given.
const OPENED: [&str; 2] = ["/proc", "/dev/fd"];

/// The path that stands for the standard output of the program. Those that users name in Python are absolute.
pub(crate) const OUT: &str = "-";

/// Where an output goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// To this path, which the user named: a file there is replaced in one step, a pipe or a device written into.
    At(PathBuf),
    /// Into a folder. What is there stays, and the name gets a number, unless it is a file that is to be replaced.
    In { folder: PathBuf, name: OsString, overwrite: bool },
}

impl Place {
    /// Its path, unless that is taken.
    pub(crate) fn path(&self) -> PathBuf {
        match self {
            Self::At(path) => path.clone(),
            Self::In { folder, name, .. } => folder.join(name),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        match self {
            Self::At(path) => {
                path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
            }
            Self::In { folder, .. } => folder,
        }
    }

    pub(crate) fn replaces(&self) -> bool {
        !matches!(self, Self::In { overwrite: false, .. })
    }

    /// The same, where the path that the user named is a link to a file: what it leads to. Links in folders stay what they
    /// are, because their names come from the service.
    pub(crate) fn followed(self) -> Self {
        match self {
            Self::At(path) if !is_opened(&path) && path.is_symlink() && path.is_file() => {
                Self::At(path.canonicalize().unwrap_or(path))
            }
            place => place,
        }
    }

    /// The pipe or device that the user named, which is written into.
    ///
    /// # Errors
    /// Where it can neither be replaced nor written into.
    pub(crate) fn stream(&self) -> io::Result<Option<&Path>> {
        let Self::At(path) = self else { return Ok(None) };
        if path.as_os_str() == OUT {
            return Ok(Some(path));
        }
        // What is not there, or not to be seen, is dealt with when something is written.
        let Ok(data) = path.metadata() else { return Ok(None) };
        match Kind::of(&data) {
            Kind::Stream => Ok(Some(path)),
            Kind::File => Ok(Some(path.as_path()).filter(|path| is_opened(path))),
            Kind::Other(what) => {
                let message =
                    format!("{} is {what}, and has to be a file, a pipe or a terminal", path.display());
                Err(io::Error::other(message))
            }
        }
    }

    /// Its path where so many before it are taken.
    fn path_after(&self, taken: u32) -> PathBuf {
        match self {
            Self::In { folder, name, .. } if taken > 0 => {
                folder.join(numbered_name(&name_from_bytes(name.as_encoded_bytes()), taken))
            }
            _ => self.path(),
        }
    }

    /// Takes the first path that `take` finds free, or where this very output stands already.
    pub(crate) fn first_free(
        &self,
        is_this: &IsThis<'_>,
        mut take: impl FnMut(&Path) -> io::Result<()>,
    ) -> io::Result<PathBuf> {
        let in_folder = matches!(self, Self::In { .. });
        let mut taken = 0;
        loop {
            let path = self.path_after(taken);
            if self.is_blocked(&path) {
                taken += 1;
                continue;
            }
            match take(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !self.replaces() => {
                    let mark = std::fs::symlink_metadata(&path).ok().and_then(|file| mark_of(&file));
                    if mark.is_some_and(|mark| is_this(&mark)) {
                        return Ok(path);
                    }
                    taken += 1;
                }
                // It is too long; with a number it is cut.
                Err(error) if error.kind() == io::ErrorKind::InvalidFilename && in_folder && taken == 0 => {
                    taken = 1;
                }
                result => return result.map(|()| path),
            }
        }
    }

    /// Whether something stands at a path of a folder that is no file to be replaced.
    fn is_blocked(&self, path: &Path) -> bool {
        matches!(self, Self::In { overwrite: true, .. })
            && std::fs::symlink_metadata(path).is_ok_and(|data| !present_of(&data).gives_way(true))
    }
}

/// Whether a path leads to what a process has open, as `/dev/stdout` does.
fn is_opened(path: &Path) -> bool {
    let mut path = path.to_owned();
    // As many links as the system itself follows.
    for _ in 0..40 {
        if OPENED.iter().any(|folder| path.starts_with(folder)) {
            return true;
        }
        let Ok(to) = path.read_link() else { return false };
        path = path.parent().unwrap_or(Path::new("")).join(to);
    }
    false
}
