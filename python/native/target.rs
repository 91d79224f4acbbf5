//! What the user named for outputs, and where each of them goes by it.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use cloudconvert_core::{Error, Present, SaveTo, Value};
use pyo3::prelude::*;

use crate::kind::present;
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

/// What the user named for outputs, as Python tells it.
#[derive(FromPyObject)]
pub(crate) struct Named {
    /// Absolute, with the slash at its end that the user wrote.
    path: PathBuf,
    /// Whether files in a folder are replaced.
    overwrite: bool,
    /// What the only output is called in it.
    called: Option<Called>,
}

impl Named {
    /// What the core has to know of it: the member `save_to` of a wish. Nothing where its name may give way to another one.
    pub(crate) fn to_value(&self) -> Value<'static> {
        let path = match &self.called {
            Some(Called { replaces: false, .. }) => return Value::Null,
            Some(Called { stem, suffix, .. }) => {
                let mut name = stem.clone();
                name.push(suffix);
                self.path.join(name)
            }
            None => self.path.clone(),
        };
        let mut value = Value::object();
        value.set("path", path.to_string_lossy().into_owned());
        // With a slash behind it, nothing but a folder would be found.
        let path: PathBuf = path.components().collect();
        let present = match Place::At(path.clone()).stream() {
            Ok(Some(_)) => Present::Stream,
            _ => present(&path),
        };
        value.set("present", present.name());
        value.set(
            "has_parent",
            path.parent().is_some_and(|parent| parent.as_os_str().is_empty() || parent.is_dir()),
        );
        value
    }

    /// What the core says that it means.
    pub(crate) fn save_to(&self, each: bool) -> Result<Option<SaveTo>, Error> {
        SaveTo::from_value(&self.to_value(), each)
    }

    /// The target by that.
    pub(crate) fn means(self, save_to: Option<SaveTo>) -> Target {
        let Self { path, overwrite, called } = self;
        match called {
            Some(called) => Target::Called { path, overwrite, called },
            None => Target::of(path, save_to.is_some_and(|save_to| !save_to.takes_one()), overwrite),
        }
    }

    /// The same, which has to be writable: that is told before anything is asked of the service. A folder is made.
    pub(crate) fn target(self, save_to: Option<SaveTo>) -> io::Result<Target> {
        if save_to == Some(SaveTo::Folder { make: true }) {
            std::fs::create_dir_all(&self.path)?;
        }
        let target = self.means(save_to);
        target.check().map(|()| target)
    }
}

impl Target {
    pub(crate) fn of(path: PathBuf, folder: bool, overwrite: bool) -> Self {
        if folder { Self::Folder { path, overwrite } } else { Self::File(path) }
    }

    /// # Errors
    /// Where no output can be written there.
    fn check(&self) -> io::Result<()> {
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
