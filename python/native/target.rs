//! What the user named for outputs, and where each of them goes by it.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use pyo3::prelude::*;

use crate::part::Part;
use crate::place::Place;

/// What the user named for outputs.
pub(crate) enum Target {
    /// A file.
    File(PathBuf),
    /// A folder for files under the names that the service gives.
    Folder { path: PathBuf, overwrite: bool },
    /// The same for one file, with a name that the user has chosen.
    Called { path: PathBuf, overwrite: bool, called: Called },
}

/// A name for an output that may come with another extension than the user expects.
#[derive(FromPyObject)]
pub(crate) struct Called {
    stem: OsString,
    /// The extension that is expected, with its dot.
    suffix: OsString,
    /// Whether a file of just this name is replaced.
    replaces: bool,
}

impl Called {
    /// Where an output goes that the service calls so.
    fn place(&self, folder: &Path, overwrite: bool, name: &str) -> Place {
        let mut called = self.stem.clone();
        let (end, suffix) = (name.as_bytes(), self.suffix.as_encoded_bytes());
        let begin = end.len().saturating_sub(suffix.len());
        if end[begin..].eq_ignore_ascii_case(suffix) {
            called.push(&self.suffix);
            if self.replaces {
                return Place::At(folder.join(called));
            }
        } else if let Some(extension) = Path::new(name).extension() {
            called.push(".");
            called.push(extension);
        }
        Place::In { folder: folder.to_owned(), name: called, overwrite }
    }
}

impl Target {
    pub(crate) fn of(path: PathBuf, folder: bool, overwrite: bool) -> Self {
        if folder { Self::Folder { path, overwrite } } else { Self::File(path) }
    }

    /// # Errors
    /// Where no output can be written there.
    pub(crate) fn check(&self) -> io::Result<()> {
        let expected = match self {
            Self::Called { called, .. } => called.suffix.to_string_lossy(),
            _ => "".into(),
        };
        Part::check(&self.place(&expected))
    }

    /// Where an output of this name goes.
    pub(crate) fn place(&self, name: &str) -> Place {
        match self {
            Self::File(path) => Place::At(path.clone()),
            Self::Folder { path, overwrite } => {
                Place::In { folder: path.clone(), name: name.into(), overwrite: *overwrite }
            }
            Self::Called { path, overwrite, called } => called.place(path, *overwrite, name),
        }
    }
}
