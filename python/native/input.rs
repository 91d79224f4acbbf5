//! What is uploaded: a path, bytes, or a Python file object. Read in pieces, as often as the core asks for it.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::{Bytes, BytesMut};
use pyo3::exceptions::{PyOSError, PyTypeError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;

/// How much of a file is in memory at a time, in bytes.
const PIECE: usize = 512 << 10;

/// An input, and how many bytes it has where that can be known.
#[pyclass(frozen, module = "cloudconvert_kit._native")]
pub(crate) struct Input {
    content: Arc<Content>,
    #[pyo3(get)]
    size: Option<u64>,
}

enum Content {
    Path(PathBuf),
    Bytes(Bytes),
    /// A file object and where it stood. One that cannot seek is read once.
    Object {
        object: Py<PyAny>,
        start: Option<u64>,
        used: AtomicBool,
    },
}

#[pymethods]
impl Input {
    /// The file at a path.
    #[staticmethod]
    fn path(path: PathBuf) -> PyResult<Self> {
        let data = std::fs::metadata(&path)?;
        if !data.is_file() {
            return Err(PyOSError::new_err(format!("{} is a directory or a device", path.display())));
        }
        Ok(Self { size: Some(data.len()), content: Arc::new(Content::Path(path)) })
    }

    /// These bytes, without a copy.
    #[staticmethod]
    fn bytes(bytes: PyBackedBytes) -> Self {
        let bytes = Bytes::from_owner(bytes);
        Self { size: Some(bytes.len() as u64), content: Arc::new(Content::Bytes(bytes)) }
    }

    /// From where a binary file object stands to its end.
    #[staticmethod]
    fn file(object: Bound<'_, PyAny>) -> PyResult<Self> {
        let seekable =
            object.call_method0("seekable").is_ok_and(|answer| answer.is_truthy().unwrap_or(false));
        let (mut start, mut size) = (None, None);
        if seekable {
            let at: u64 = object.call_method0("tell")?.extract()?;
            let end: u64 = object.call_method1("seek", (0, 2))?.extract()?;
            object.call_method1("seek", (at,))?;
            (start, size) = (Some(at), Some(end.saturating_sub(at)));
        }
        let object = object.unbind();
        Ok(Self { size, content: Arc::new(Content::Object { object, start, used: AtomicBool::new(false) }) })
    }
}

impl Input {
    /// From its first byte. Blocks.
    pub(crate) fn open(&self) -> io::Result<Reader> {
        let source = match &*self.content {
            Content::Path(path) => Source::File(File::open(path)?),
            Content::Bytes(bytes) => Source::Bytes(bytes.clone()),
            Content::Object { object, start, used } => {
                let again = used.swap(true, Ordering::Relaxed);
                python(|py| match start {
                    Some(start) => object.call_method1(py, "seek", (*start,)).map(drop),
                    None if again => Err(PyOSError::new_err(
                        "it can be read only once, and the first upload broke off; give a path or a file that can seek",
                    )),
                    None => Ok(()),
                })?;
                Source::Object(self.content.clone())
            }
        };
        Ok(Reader { source, left: self.size })
    }

    /// Whether it is read without waiting for a disk or for Python.
    pub(crate) fn is_memory(&self) -> bool {
        matches!(*self.content, Content::Bytes(_))
    }

    pub(crate) fn share(&self) -> Self {
        Self { content: self.content.clone(), size: self.size }
    }
}

/// One pass over an input.
pub(crate) struct Reader {
    source: Source,
    /// How many bytes were announced and have not been read.
    left: Option<u64>,
}

enum Source {
    File(File),
    Bytes(Bytes),
    Object(Arc<Content>),
}

impl Reader {
    /// Whether the next piece comes without waiting for a disk or for Python.
    pub(crate) fn is_memory(&self) -> bool {
        matches!(self.source, Source::Bytes(_))
    }

    /// The next piece; none at the end. Blocks.
    ///
    /// # Errors
    /// Also where the input has become shorter than it was: what was announced is what is sent.
    pub(crate) fn next(&mut self) -> io::Result<Option<Bytes>> {
        let room = self.left.map_or(PIECE, |left| usize::try_from(left).unwrap_or(PIECE).min(PIECE));
        if room == 0 {
            return Ok(None);
        }
        let piece = match &mut self.source {
            Source::Bytes(bytes) => bytes.split_to(room.min(bytes.len())),
            Source::File(file) => read(file, room)?,
            Source::Object(content) => call_read(content, room)?,
        };
        if let Some(left) = &mut self.left {
            if piece.is_empty() {
                return Err(io::Error::other("it became shorter while it was uploaded"));
            }
            *left -= (piece.len() as u64).min(*left);
        }
        Ok(Some(piece).filter(|piece| !piece.is_empty()))
    }
}

fn read(file: &mut File, room: usize) -> io::Result<Bytes> {
    let mut piece = BytesMut::zeroed(room);
    let mut filled = 0;
    while filled < room {
        match file.read(&mut piece[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    piece.truncate(filled);
    Ok(piece.freeze())
}

fn call_read(content: &Content, room: usize) -> io::Result<Bytes> {
    let Content::Object { object, .. } = content else { return Ok(Bytes::new()) };
    python(|py| {
        let piece = object.bind(py).call_method1("read", (room,))?;
        let piece = piece.cast_into::<PyBytes>().map_err(|_| {
            PyTypeError::new_err("it does not give bytes; open the file in binary mode (\"rb\")")
        })?;
        if piece.as_bytes().len() > room {
            return Err(PyTypeError::new_err("it gives more bytes than it was asked for"));
        }
        Ok(Bytes::from_owner(PyBackedBytes::from(piece)))
    })
}

/// Asks Python, whose exceptions become the words of an error.
fn python<T>(ask: impl FnOnce(Python<'_>) -> PyResult<T>) -> io::Result<T> {
    let asked = Python::try_attach(|py| ask(py).map_err(|error| error.value(py).to_string()));
    asked.unwrap_or_else(|| Err("Python is shutting down".to_owned())).map_err(io::Error::other)
}
