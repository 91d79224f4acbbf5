//! One pass over an input, piece by piece. What was announced is what is sent: an input that changes its length meanwhile
//! is an error.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::interpreter::python;
use crate::piece::{PIECE, bytes_of};

/// How many pieces are on their way: one is sent, one waits, one is read.
const AHEAD: usize = 3;

/// Whether the caller may wait for a disk or for Python.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    Yes,
    No,
}

/// One pass over an input.
pub(crate) struct Reader {
    source: Source,
    /// How many bytes were announced.
    size: u64,
    /// How many of them have not been read.
    left: u64,
    /// The last pieces of a file, whose memory is used again once they have been sent.
    sent: VecDeque<Bytes>,
}

/// What is read.
pub(crate) enum Source {
    /// A file, and whether to try whether the system has its next bytes in memory.
    File {
        file: File,
        cached: bool,
    },
    Bytes(Bytes),
    /// A file object that can seek, and where its content begins.
    Object(Arc<Py<PyAny>>, u64),
}

impl Source {
    pub(crate) fn file(file: File) -> Self {
        Self::File { file, cached: true }
    }

    /// How many bytes there are now. A file object stands at its end then.
    fn size(&self) -> io::Result<u64> {
        match self {
            Self::File { file, .. } => Ok(file.metadata()?.len()),
            Self::Bytes(bytes) => Ok(bytes.len() as u64),
            Self::Object(object, start) => {
                python(|py| end_of(object.bind(py)).map(|end| end.saturating_sub(*start)))
            }
        }
    }
}

impl Reader {
    /// Begins with the first byte. Blocks.
    ///
    /// # Errors
    /// Where there are not as many bytes as were announced.
    pub(crate) fn of(source: Source, size: u64) -> io::Result<Self> {
        compare(size, source.size()?)?;
        if let Source::Object(object, start) = &source {
            python(|py| object.call_method1(py, "seek", (*start,)).map(drop))?;
        }
        Ok(Self { source, size, left: size, sent: VecDeque::new() })
    }

    /// Whether it is known that the next piece has to be waited for.
    pub(crate) fn waits(&self) -> bool {
        matches!(self.source, Source::File { cached: false, .. } | Source::Object(..))
    }

    /// The next piece; none at the end. Blocks, if it may.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] where the piece has to be waited for. Also where the input is no longer as long as was
    /// announced, before its last piece is handed out: what is cut short is not to be taken for a whole.
    pub(crate) fn next(&mut self, wait: Wait) -> io::Result<Option<Bytes>> {
        let room = usize::try_from(self.left).unwrap_or(PIECE).min(PIECE);
        if room == 0 {
            return Ok(None);
        }
        let at = self.size - self.left;
        let piece = match (&mut self.source, wait) {
            (Source::Bytes(bytes), _) => bytes.split_to(room.min(bytes.len())),
            (Source::File { file, .. }, Wait::Yes) => {
                let mut buffer = buffer(&mut self.sent, room);
                let filled = read(file, &mut buffer, at)?;
                keep(&mut self.sent, buffer, filled)
            }
            (Source::File { file, cached: cached @ true }, Wait::No) => {
                let mut buffer = buffer(&mut self.sent, room);
                let filled = read_cached(file, &mut buffer, at).inspect_err(|error| {
                    *cached = error.kind() == io::ErrorKind::WouldBlock;
                });
                keep(&mut self.sent, buffer, filled.map_err(|_| io::ErrorKind::WouldBlock)?)
            }
            (Source::Object(object, _), Wait::Yes) => call_read(object, room)?,
            (Source::File { .. } | Source::Object(..), Wait::No) => {
                return Err(io::ErrorKind::WouldBlock.into());
            }
        };
        self.left -= (piece.len() as u64).min(self.left);
        let is_last = piece.is_empty() || self.left == 0;
        if is_last && !matches!(self.source, Source::Bytes(_)) {
            compare(self.size, if piece.is_empty() { at } else { self.source.size()? })?;
        }
        Ok(Some(piece).filter(|piece| !piece.is_empty()))
    }
}

/// Whether an input has the length that was announced.
fn compare(announced: u64, present: u64) -> io::Result<()> {
    let moved = match present.cmp(&announced) {
        Ordering::Equal => return Ok(()),
        Ordering::Less => "shrank",
        Ordering::Greater => "grew",
    };
    Err(io::Error::other(format!(
        "it {moved} from {announced} to {present} bytes since it was given; give it when nothing writes to it any more"
    )))
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

/// Fills a buffer with what stands there in a file. Nothing else moves in it, so that one file can be read twice at once.
fn read(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read_at(file, &mut buffer[filled..], at + filled as u64) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

/// Reads what the system has in memory. To hand a piece from one thread to another takes longer than that.
#[cfg(target_os = "linux")]
fn read_cached(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    use rustix::io::{ReadWriteFlags, preadv2};

    let buffers = &mut [io::IoSliceMut::new(buffer)];
    Ok(preadv2(file, buffers, at, ReadWriteFlags::NOWAIT)?)
}

#[cfg(not(target_os = "linux"))]
fn read_cached(_: &File, _: &mut [u8], _: u64) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}

fn call_read(object: &Py<PyAny>, room: usize) -> io::Result<Bytes> {
    python(|py| {
        let bytes = bytes_of(&object.bind(py).call_method1("read", (room,))?)?;
        if bytes.len() > room {
            return Err(PyTypeError::new_err(
                "it gives more bytes than it was asked for: correct its `read`",
            ));
        }
        Ok(bytes)
    })
}

/// Where a file object ends, and now stands.
pub(crate) fn end_of(object: &Bound<'_, PyAny>) -> PyResult<u64> {
    object.call_method1("seek", (0, 2))?.extract()
}
