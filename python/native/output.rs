//! Where outputs go: small ones into memory, others into temporary files that get their names when they are whole.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tempfile::NamedTempFile;

use crate::interpreter::attach;
use crate::kind::Kind;
use crate::part::{self, NEW, Part};
use crate::place;
use crate::pour::GoOn;

/// The longest output that is kept in memory, in bytes.
const SMALL: u64 = 1 << 20;

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
    fn place(&self, folder: &Path, overwrite: bool, name: &str) -> place::Place {
        let mut called = self.stem.clone();
        let (end, suffix) = (name.as_bytes(), self.suffix.as_encoded_bytes());
        let begin = end.len().saturating_sub(suffix.len());
        if end[begin..].eq_ignore_ascii_case(suffix) {
            called.push(&self.suffix);
            if self.replaces {
                return place::Place::At(folder.join(called));
            }
        } else if let Some(extension) = Path::new(name).extension() {
            called.push(".");
            called.push(extension);
        }
        place::Place::In { folder: folder.to_owned(), name: called, overwrite }
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
    fn place(&self, name: &str) -> place::Place {
        match self {
            Self::File(path) => place::Place::At(path.clone()),
            Self::Folder { path, overwrite } => {
                place::Place::In { folder: path.clone(), name: name.into(), overwrite: *overwrite }
            }
            Self::Called { path, overwrite, called } => called.place(path, *overwrite, name),
        }
    }
}

/// The outputs of one conversion.
pub(crate) struct Store {
    /// What the user named; without that, outputs wait to be fetched.
    target: Option<Target>,
    outputs: Vec<Output>,
    /// The request that may write.
    writer: u64,
}

struct Output {
    name: String,
    place: Place,
}

enum Place {
    Memory(Vec<u8>),
    /// Too long for that, and nobody has said where it goes.
    Temporary(NamedTempFile),
    /// It has its name only when it is whole.
    Part(Part),
    Final(PathBuf),
}

impl Place {
    /// Where it lies.
    fn path(&self) -> Option<&Path> {
        match self {
            Self::Memory(_) | Self::Part(_) => None,
            Self::Temporary(file) => Some(file.path()),
            Self::Final(path) => Some(path),
        }
    }
}

impl Store {
    pub(crate) fn new(target: Option<Target>) -> Self {
        Self { target, outputs: Vec::new(), writer: 0 }
    }

    /// One that goes on after a process that gave outputs these names in its own target.
    pub(crate) fn after(self, target: Option<&Target>, named: &[(String, String)]) -> Self {
        let Some(target) = target else { return self };
        let outputs = named.iter().map(|(output, name)| Output {
            name: output.clone(),
            place: Place::Final(target.place(name).path()),
        });
        Self { outputs: outputs.collect(), ..self }
    }

    /// Writes the outputs to the disk. Tells by what they are known again once they have their names.
    pub(crate) fn flush(&self) -> io::Result<Vec<(String, String)>> {
        let marks = self.outputs.iter().filter_map(|output| match &output.place {
            Place::Part(part) => {
                part.flush().transpose().map(|mark| mark.map(|mark| (output.name.clone(), mark)))
            }
            _ => None,
        });
        marks.collect()
    }

    /// Whether the present output is written without waiting for a disk.
    pub(crate) fn is_memory(&self, size: Option<u64>) -> bool {
        self.target.is_none() && size.is_some_and(|size| size <= SMALL)
    }

    /// Goes to this byte of the output of this name, and cuts off what is behind it. From now on this request writes.
    pub(crate) fn begin(
        &mut self,
        writer: u64,
        name: &str,
        size: Option<u64>,
        offset: u64,
    ) -> io::Result<()> {
        self.writer = writer;
        if self.outputs.last().is_none_or(|output| output.name != name) {
            let place = self.create(name, size)?;
            self.outputs.push(Output { name: name.to_owned(), place });
        }
        match self.outputs.last_mut().map(|output| &mut output.place) {
            Some(Place::Memory(bytes)) => bytes.truncate(usize::try_from(offset).unwrap_or(usize::MAX)),
            Some(Place::Temporary(file)) => cut(file.as_file(), offset)?,
            Some(Place::Part(part)) => cut(part.file(), offset)?,
            _ => return Err(io::Error::other("it is finished already")),
        }
        Ok(())
    }

    /// Appends to the present output, unless another request has begun since.
    pub(crate) fn write(&mut self, writer: u64, pieces: &[Bytes]) -> io::Result<()> {
        let Some(output) = self.outputs.last_mut().filter(|_| writer == self.writer) else { return Ok(()) };
        for piece in pieces {
            if let Place::Memory(bytes) = &output.place
                && (bytes.len() + piece.len()) as u64 > SMALL
            {
                output.place = spill(bytes)?;
            }
            match &mut output.place {
                Place::Memory(bytes) => bytes.extend_from_slice(piece),
                Place::Temporary(file) => file.write_all(piece)?,
                Place::Part(part) => part.file().write_all(piece)?,
                Place::Final(_) => {}
            }
        }
        Ok(())
    }

    /// Gives the outputs their final names, and tells each of them. `is_output` knows by their marks those that another process
    /// named.
    ///
    /// # Errors
    /// Where one of them cannot be named. Of those that then have no names nothing stays.
    pub(crate) fn settle(
        &mut self,
        mut named: impl FnMut(&str, &str),
        is_output: impl Fn(&str, &str) -> bool,
        go_on: &GoOn<'_>,
    ) -> io::Result<()> {
        for Output { name, place } in std::mem::take(&mut self.outputs) {
            let place = match place {
                Place::Part(part) => {
                    let path = part.keep(&|mark| is_output(&name, mark), go_on)?;
                    named(&name, &path.file_name().unwrap_or_default().to_string_lossy());
                    Place::Final(path)
                }
                place => place,
            };
            self.outputs.push(Output { name, place });
        }
        Ok(())
    }

    /// The outputs, for Python. What is not whole is not one.
    pub(crate) fn take(&mut self) -> Vec<Download> {
        let outputs = std::mem::take(&mut self.outputs).into_iter();
        let whole = outputs.filter(|output| !matches!(output.place, Place::Part(_)));
        whole.map(|Output { name, place }| Download { name, place: Mutex::new(place) }).collect()
    }

    fn create(&self, name: &str, size: Option<u64>) -> io::Result<Place> {
        let Some(target) = &self.target else {
            return if size.is_none_or(|size| size <= SMALL) {
                Ok(Place::Memory(Vec::new()))
            } else {
                spill(&[])
            };
        };
        if matches!(target, Target::File(_)) && !self.outputs.is_empty() {
            return Err(io::Error::other("there are several outputs; name a folder for them"));
        }
        Ok(Place::Part(Part::of(target.place(name))?))
    }
}

/// A temporary file that begins with what was in memory.
fn spill(bytes: &[u8]) -> io::Result<Place> {
    let mut file = NamedTempFile::with_prefix("cloudconvert-kit-")?;
    file.write_all(bytes)?;
    Ok(Place::Temporary(file))
}

fn cut(mut file: &File, length: u64) -> io::Result<()> {
    file.set_len(length)?;
    file.seek(SeekFrom::Start(length)).map(drop)
}

/// One output, downloaded and verified.
#[pyclass(frozen, module = "cloudconvert_kit._native")]
pub(crate) struct Download {
    /// Its safe base name.
    #[pyo3(get)]
    name: String,
    place: Mutex<Place>,
}

impl Download {
    fn place(&self) -> std::sync::MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Download {
    /// Where it lies, if it is in a file.
    #[getter]
    fn path(&self) -> Option<PathBuf> {
        self.place().path().map(Path::to_owned)
    }

    /// Its bytes, if it is in memory.
    fn memory<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        match &*self.place() {
            Place::Memory(bytes) => Some(PyBytes::new(py, bytes)),
            _ => None,
        }
    }

    /// Removes it, if it is a temporary file.
    fn discard(&self) {
        let mut place = self.place();
        if let Place::Temporary(_) = *place {
            *place = Place::Memory(Vec::new());
        }
    }

    /// Gives it this name, or one in this folder: moved where that can be done, else copied. The name appears when all of it
    /// is there.
    fn save(&self, py: Python<'_>, path: PathBuf, folder: bool, overwrite: bool) -> PyResult<PathBuf> {
        if !folder && path.file_name().is_none() {
            return Err(PyValueError::new_err("the path has no file name"));
        }
        let target = Target::of(path, folder, overwrite);
        Ok(py.detach(|| save(&mut self.place(), target.place(&self.name)))?)
    }
}

fn save(present: &mut Place, place: place::Place) -> io::Result<PathBuf> {
    if present.path() == Some(&place.path()) {
        return Ok(place.path());
    }
    let part = Part::of(place)?;
    match present {
        Place::Memory(bytes) => part.file().write_all(bytes)?,
        Place::Temporary(file) => {
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
            *present = Place::Final(path.clone());
            return Ok(path);
        }
        Place::Part(_) => return Err(io::Error::other("it is not whole")),
        Place::Final(from) => return copy(from, part),
    }
    part.keep(&NEW, &heed_signals)
}

fn copy(from: &Path, part: Part) -> io::Result<PathBuf> {
    if Kind::of(&from.metadata()?) != Kind::File {
        let message = format!("it was written into {}, and cannot be read from there", from.display());
        return Err(io::Error::other(message));
    }
    io::copy(&mut File::open(from)?, &mut part.file())?;
    part.keep(&NEW, &heed_signals)
}

/// Whoever waits for the reader of a pipe hears of Ctrl-C.
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
    let place = place::Place::In { folder, name, overwrite };
    Ok(py.detach(|| part::move_to(&place, &file, &heed_signals))?)
}

/// Moves a file to a path of its file system. What is a file there is replaced, a pipe or a device is written into.
#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // as Python passes it
pub(crate) fn move_to(py: Python<'_>, file: PathBuf, path: PathBuf) -> PyResult<PathBuf> {
    let place = place::Place::At(path).followed();
    Ok(py.detach(|| part::move_to(&place, &file, &heed_signals))?)
}
