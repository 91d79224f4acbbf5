//! What is uploaded: a path, bytes, or what Python reads from. Read in pieces, as often as the core asks for it.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

use crate::kind::Kind;
use crate::reader::{Reader, Source, end_of};
use crate::source::{Once, told};
use crate::spool::{Kept, Spool};
use crate::wanted::Wanted;

/// An input, and how many bytes it has where that was known from the beginning.
#[pyclass(frozen, module = "cloudconvert_kit._native")]
pub(crate) struct Input {
    content: Arc<Content>,
    #[pyo3(get)]
    size: Option<u64>,
}

enum Content {
    Path(PathBuf),
    Bytes(Bytes),
    /// A file object that can seek, and where it stood.
    Object(Arc<Py<PyAny>>, u64),
    Once(Spool),
}

#[pymethods]
impl Input {
    /// The file at a path. A pipe or a device is read once.
    #[staticmethod]
    fn path(path: PathBuf) -> PyResult<Self> {
        let data = std::fs::metadata(&path)?;
        match Kind::of(&data) {
            Kind::File => Ok(Self { size: Some(data.len()), content: Arc::new(Content::Path(path)) }),
            Kind::Stream => Ok(Self::once(Once::Path(path))),
            Kind::Other(what) => Err(PyOSError::new_err(format!("{} is {what}", path.display()))),
        }
    }

    /// These bytes, without a copy.
    #[staticmethod]
    fn bytes(bytes: PyBackedBytes) -> Self {
        let bytes = Bytes::from_owner(bytes);
        Self { size: Some(bytes.len() as u64), content: Arc::new(Content::Bytes(bytes)) }
    }

    /// From where a binary file object stands to its end.
    #[staticmethod]
    fn file(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if object.is_instance(&object.py().import("io")?.getattr("TextIOBase")?)? {
            return Err(PyOSError::new_err("it gives text; open it in binary mode (\"rb\")"));
        }
        let py = object.py();
        let says = |name: &str, answer: bool| {
            let said = object.getattr(name).and_then(|it| if it.is_callable() { it.call0() } else { Ok(it) });
            Ok::<_, PyErr>(
                told(py, said.and_then(|said| said.is_truthy()))?.is_some_and(|said| said == answer),
            )
        };
        // Many classes of users read, and do not say so.
        let of_python = object.get_type().module().is_ok_and(|module| module == "_io");
        if says("closed", true)? || (of_python && says("readable", false)?) {
            return Err(PyOSError::new_err(
                "the file object is closed, or not opened for reading; open it in the mode \"rb\"",
            ));
        }
        let range = if says("seekable", true)? { told(py, range_of(object))? } else { None };
        let Some((start, end)) = range else { return Ok(Self::once(Once::object(object)?)) };
        object.call_method1("seek", (start,))?;
        let content = Content::Object(Arc::new(object.clone().unbind()), start);
        Ok(Self { size: Some(end.saturating_sub(start)), content: Arc::new(content) })
    }

    /// What an iterator of bytes gives.
    #[staticmethod]
    fn pieces(iterator: Py<PyAny>) -> Self {
        Self::once(Once::Iterator(iterator))
    }
}

impl Input {
    fn once(source: Once) -> Self {
        Self { size: None, content: Arc::new(Content::Once(Spool::new(source))) }
    }

    /// Reads to its end what can be read only once. Blocks.
    pub(crate) fn spool(&self, wanted: &Wanted) -> io::Result<()> {
        match &*self.content {
            Content::Once(spool) => spool.fill(wanted),
            _ => Ok(()),
        }
    }

    /// How many bytes it has; none of what is yet to be read to its end.
    pub(crate) fn length(&self) -> Option<u64> {
        match &*self.content {
            Content::Once(spool) => spool.kept().map(Kept::size),
            _ => self.size,
        }
    }

    /// From its first byte. Blocks.
    pub(crate) fn open(&self) -> io::Result<Reader> {
        let source = match &*self.content {
            Content::Path(path) => Source::file(File::open(path)?),
            Content::Bytes(bytes) => Source::Bytes(bytes.clone()),
            Content::Object(object, start) => Source::Object(object.clone(), *start),
            Content::Once(spool) => match spool.kept() {
                Some(Kept::Memory(bytes)) => Source::Bytes(bytes.clone()),
                Some(Kept::File(file, _)) => Source::file(file.try_clone()?),
                None => {
                    return Err(io::Error::other(
                        "it was not read to its end; please report this as a defect",
                    ));
                }
            },
        };
        Reader::of(source, self.length().unwrap_or_default())
    }

    /// Whether it is read without waiting for a disk or for Python.
    pub(crate) fn is_memory(&self) -> bool {
        match &*self.content {
            Content::Bytes(_) => true,
            Content::Once(spool) => matches!(spool.kept(), Some(Kept::Memory(_))),
            Content::Path(_) | Content::Object(..) => false,
        }
    }

    pub(crate) fn share(&self) -> Self {
        Self { content: self.content.clone(), size: self.size }
    }
}

/// Where a file object stands, and where it ends. It stands at its end then.
fn range_of(object: &Bound<'_, PyAny>) -> PyResult<(u64, u64)> {
    Ok((object.call_method0("tell")?.extract()?, end_of(object)?))
}
