//! What is uploaded: a path, bytes, or a Python file object. Read in pieces, as often as the core asks for it.

use std::collections::VecDeque;
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

use crate::interpreter::attach;

/// How much is read at a time, in bytes: what fits into a processor's own memory several times.
const PIECE: usize = 256 << 10;
/// How many pieces are on their way: one is sent, one waits, one is read.
const AHEAD: usize = 3;

/// Whether whoever asks for a piece may wait for a disk or for Python.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    Yes,
    No,
}

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
            Content::Path(path) => Source::File(File::open(path)?, true),
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
        Ok(Reader { source, left: self.size, sent: VecDeque::new() })
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
    /// The last pieces of a file, whose memory is used again once they have been sent.
    sent: VecDeque<Bytes>,
}

enum Source {
    /// A file, and whether to try whether the system has its next bytes in memory.
    File(File, bool),
    Bytes(Bytes),
    Object(Arc<Content>),
}

impl Reader {
    /// Whether it is known that the next piece has to be waited for.
    pub(crate) fn waits(&self) -> bool {
        matches!(self.source, Source::File(_, false) | Source::Object(_))
    }

    /// The next piece; none at the end. Blocks, if it may.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] where the piece has to be waited for. Also where the input has become shorter than
    /// it was: what was announced is what is sent.
    pub(crate) fn next(&mut self, wait: Wait) -> io::Result<Option<Bytes>> {
        let room = self.left.map_or(PIECE, |left| usize::try_from(left).unwrap_or(PIECE).min(PIECE));
        if room == 0 {
            return Ok(None);
        }
        let piece = match (&mut self.source, wait) {
            (Source::Bytes(bytes), _) => bytes.split_to(room.min(bytes.len())),
            (Source::File(file, _), Wait::Yes) => {
                let mut buffer = buffer(&mut self.sent, room);
                let filled = read(file, &mut buffer)?;
                keep(&mut self.sent, buffer, filled)
            }
            (Source::File(file, cached @ true), Wait::No) => {
                let mut buffer = buffer(&mut self.sent, room);
                let filled = read_cached(file, &mut buffer).inspect_err(|error| {
                    *cached = error.kind() == io::ErrorKind::WouldBlock;
                });
                keep(&mut self.sent, buffer, filled.map_err(|_| io::ErrorKind::WouldBlock)?)
            }
            (Source::Object(content), Wait::Yes) => call_read(content, room)?,
            (Source::File(..) | Source::Object(_), Wait::No) => return Err(io::ErrorKind::WouldBlock.into()),
        };
        if let Some(left) = &mut self.left {
            if piece.is_empty() {
                return Err(io::Error::other("the file shrank during the upload"));
            }
            *left -= (piece.len() as u64).min(*left);
        }
        Ok(Some(piece).filter(|piece| !piece.is_empty()))
    }
}

/// Memory for a piece: that of an earlier one, if it has been sent.
fn buffer(sent: &mut VecDeque<Bytes>, room: usize) -> BytesMut {
    let old = if sent.len() < AHEAD { None } else { sent.pop_front() };
    match old.map(Bytes::try_into_mut) {
        Some(Ok(mut old)) if old.len() >= room => {
            old.truncate(room);
            old
        }
        _ => BytesMut::zeroed(room),
    }
}

fn keep(sent: &mut VecDeque<Bytes>, mut buffer: BytesMut, filled: usize) -> Bytes {
    buffer.truncate(filled);
    let piece = buffer.freeze();
    sent.push_back(piece.clone());
    piece
}

fn read(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Reads what the system has in memory. To hand a piece from one thread to another takes longer than that.
#[cfg(target_os = "linux")]
fn read_cached(file: &File, buffer: &mut [u8]) -> io::Result<usize> {
    use rustix::io::{ReadWriteFlags, preadv2};

    let buffers = &mut [io::IoSliceMut::new(buffer)];
    Ok(preadv2(file, buffers, u64::MAX, ReadWriteFlags::NOWAIT)?)
}

#[cfg(not(target_os = "linux"))]
fn read_cached(_: &File, _: &mut [u8]) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
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
    let asked = attach(|py| ask(py).map_err(|error| error.value(py).to_string()));
    asked.unwrap_or_else(|| Err("Python is shutting down".to_owned())).map_err(io::Error::other)
}
