//! One output, as Python has it: in memory, or in a file that is moved where it is to be.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tempfile::NamedTempFile;

use crate::interpreter::attach;
use crate::kind::Kind;
use crate::mark::NEW;
use crate::part::{self, Part};
use crate::place::Place;
use crate::target::Target;

/// What has come of an output.
pub(crate) enum Content {
    Memory(Vec<u8>),
    /// Too long for that, and without a place of its own.
    Temporary(NamedTempFile),
    /// It has its name only when it is whole.
    Part(Part),
    Final(PathBuf),
}

impl Content {
    /// Where it lies.
    fn path(&self) -> Option<&Path> {
        match self {
            Self::Memory(_) | Self::Part(_) => None,
            Self::Temporary(file) => Some(file.path()),
            Self::Final(path) => Some(path),
        }
    }
}

/// One output, downloaded and verified.
#[pyclass(frozen, module = "cloudconvert_kit._native")]
pub(crate) struct Download {
    /// Its safe base name.
    #[pyo3(get)]
    name: String,
    content: Mutex<Content>,
}

impl Download {
    pub(crate) fn new(name: String, content: Content) -> Self {
        Self { name, content: Mutex::new(content) }
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Download {
    /// Where it lies, if it is in a file.
    #[getter]
    fn path(&self) -> Option<PathBuf> {
        self.content().path().map(Path::to_owned)
    }

    /// Its bytes, if it is in memory.
    fn memory<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        match &*self.content() {
            Content::Memory(bytes) => Some(PyBytes::new(py, bytes)),
            _ => None,
        }
    }

    /// Removes it, if it is a temporary file.
    fn discard(&self) {
        let mut content = self.content();
        if let Content::Temporary(_) = *content {
            *content = Content::Memory(Vec::new());
        }
    }

    /// Gives it this name, or one in this folder: moved where that can be done, else copied. The name appears when all of it
    /// is there.
    fn save(&self, py: Python<'_>, path: PathBuf, folder: bool, overwrite: bool) -> PyResult<PathBuf> {
        if !folder && path.file_name().is_none() {
            return Err(PyValueError::new_err("the path has no file name: name a file"));
        }
        let target = Target::of(path, folder, overwrite);
        Ok(py.detach(|| save(&mut self.content(), target.place(&self.name)))?)
    }
}

fn save(present: &mut Content, place: Place) -> io::Result<PathBuf> {
    if present.path() == Some(&place.path()) {
        return Ok(place.path());
    }
    let part = Part::of(place)?;
    match present {
        Content::Memory(bytes) => part.file().write_all(bytes)?,
        Content::Temporary(file) => {
            if part.place().stream()?.is_some() {
                return copy(file.path(), part);
            }
            // Temporary files are private; where it goes, it is to be what the user's files are.
            file.as_file().set_permissions(part.file().metadata()?.permissions())?;
            file.as_file().sync_all()?;
            let path = match part::move_to(part.place(), file.path(), &heed_signals) {
                Ok(path) => path,
                Err(_) => copy(file.path(), part)?,
            };
            *present = Content::Final(path.clone());
            return Ok(path);
        }
        Content::Part(_) => return Err(io::Error::other("it is not whole yet; wait for the result")),
        Content::Final(from) => return copy(from, part),
    }
    part.keep(&NEW, &heed_signals)
}

fn copy(from: &Path, part: Part) -> io::Result<PathBuf> {
    if Kind::of(&from.metadata()?) != Kind::File {
        let message = format!(
            "it was written into {}, and cannot be read from there: save to a file to copy it",
            from.display()
        );
        return Err(io::Error::other(message));
    }
    io::copy(&mut File::open(from)?, &mut part.file())?;
    part.keep(&NEW, &heed_signals)
}

/// While a pipe waits for its reader, Ctrl-C is heeded.
#[allow(clippy::redundant_closure_for_method_calls)] // The method is that of one lifetime.
fn heed_signals() -> io::Result<()> {
    attach(|py| py.check_signals()).unwrap_or(Ok(())).map_err(io::Error::other)
}

/// Moves a file into a folder of its file system under this name, or where that is taken under one with a number.
#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // as Python passes it
pub(crate) fn move_into(
    py: Python<'_>,
    file: PathBuf,
    folder: PathBuf,
    name: OsString,
    overwrite: bool,
) -> PyResult<PathBuf> {
    let place = Place::In { folder, name, overwrite };
    Ok(py.detach(|| part::move_to(&place, &file, &heed_signals))?)
}

/// Moves a file to a path of its file system. What is a file there is replaced, a pipe or a device is written into.
#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // as Python passes it
pub(crate) fn move_to(py: Python<'_>, file: PathBuf, path: PathBuf) -> PyResult<PathBuf> {
    let place = Place::At(path).followed();
    Ok(py.detach(|| part::move_to(&place, &file, &heed_signals))?)
}
