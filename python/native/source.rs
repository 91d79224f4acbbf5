//! What can be read only once, piece by piece. A thread that waits for a pipe waits in slices, so that it ends when nothing
//! wants the pipe's content any more, and does not hold a Python file object while Python ends.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use bytes::Bytes;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;

use crate::interpreter::python;
use crate::piece::{PIECE, bytes_of};
use crate::wanted::Wanted;

/// How long a pipe is waited for at a time, in milliseconds.
const SLICE: u16 = 100;

/// What can be read only once.
pub(crate) enum Once {
    /// A pipe or a device that has a name.
    Path(PathBuf),
    /// A file object, the name of its method that reads, and what tells whether there is something to read.
    Object { object: Py<PyAny>, read: &'static str, poll: Option<Py<PyAny>> },
    /// An iterator of bytes.
    Iterator(Py<PyAny>),
}

impl Once {
    /// A file object that cannot seek.
    pub(crate) fn object(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = object.py();
        let io = py.import("io")?;
        let is = |object: &Bound<'_, PyAny>, kind: &str| object.is_instance(&io.getattr(kind)?);
        let buffered = is(object, "BufferedReader")?;
        let raw = if buffered { told(py, object.getattr("raw"))? } else { Some(object.clone()) };
        // Others may have an end of their own: an answer of HTTP ends before its connection does.
        let poll = match raw {
            Some(raw) if is(&raw, "FileIO")? => told(py, poll_of(&raw))?,
            _ => None,
        };
        let read = if buffered && poll.is_some() { "read1" } else { "read" };
        Ok(Self::Object { object: object.clone().unbind(), read, poll: poll.map(Bound::unbind) })
    }
}

/// What an object of a user's tells, if it does. What is no `Exception`, such as Ctrl-C, is not about the object.
pub(crate) fn told<T>(py: Python<'_>, said: PyResult<T>) -> PyResult<Option<T>> {
    match said {
        Ok(said) => Ok(Some(said)),
        Err(error) if error.is_instance_of::<PyException>(py) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What waits until a descriptor can be read. Not every system has it.
fn poll_of<'py>(raw: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let select = raw.py().import("select")?;
    let poll = select.call_method0("poll")?;
    poll.call_method1("register", (raw.call_method0("fileno")?, select.getattr("POLLIN")?))?;
    Ok(poll)
}

/// One that is being read.
pub(crate) enum Pieces {
    File(File, Vec<u8>),
    Python(Once),
}

impl Pieces {
    /// Opens it. A pipe without a writer is waited for later.
    pub(crate) fn of(source: Once) -> io::Result<Self> {
        match source {
            Once::Path(path) => Ok(Self::File(open(&path)?, vec![0; PIECE])),
            object => Ok(Self::Python(object)),
        }
    }

    /// The next piece; none at the end. Blocks.
    pub(crate) fn next(&mut self, wanted: &Wanted) -> io::Result<Option<Bytes>> {
        loop {
            wanted.check()?;
            let piece = match self {
                Self::File(file, buffer) => read(file, buffer)?,
                Self::Python(source) => ask(source)?,
            };
            match piece {
                Piece::NotYet => {}
                Piece::End => return Ok(None),
                Piece::Some(bytes) => return Ok(Some(bytes)),
            }
        }
    }
}

enum Piece {
    Some(Bytes),
    /// Nothing came in a slice of time.
    NotYet,
    End,
}

#[cfg(target_os = "linux")]
fn open(path: &std::path::Path) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;

    // Else a pipe without a writer could not be given up.
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    std::fs::OpenOptions::new().read(true).custom_flags(flags).open(path)
}

#[cfg(not(target_os = "linux"))]
fn open(path: &std::path::Path) -> io::Result<File> {
    File::open(path)
}

fn read(file: &mut File, buffer: &mut [u8]) -> io::Result<Piece> {
    if !is_ready(file)? {
        return Ok(Piece::NotYet);
    }
    match file.read(buffer) {
        Ok(0) => Ok(Piece::End),
        Ok(read) => Ok(Piece::Some(Bytes::copy_from_slice(&buffer[..read]))),
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {
            Ok(Piece::NotYet)
        }
        Err(error) => Err(error),
    }
}

#[cfg(target_os = "linux")]
fn is_ready(file: &File) -> io::Result<bool> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    let slice = Timespec { tv_sec: 0, tv_nsec: i64::from(SLICE) * 1_000_000 };
    match poll(&mut [PollFd::new(file, PollFlags::IN)], Some(&slice)) {
        Err(rustix::io::Errno::INTR) => Ok(false),
        ready => Ok(ready? > 0),
    }
}

#[cfg(not(target_os = "linux"))]
#[allow(clippy::unnecessary_wraps)] // Elsewhere it may fail.
fn is_ready(_: &File) -> io::Result<bool> {
    Ok(true)
}

fn ask(source: &Once) -> io::Result<Piece> {
    python(|py| match source {
        Once::Path(_) => Ok(Piece::End),
        Once::Object { object, read, poll } => {
            if let Some(poll) = poll
                && poll.bind(py).call_method1("poll", (SLICE,))?.is_empty()?
            {
                return Ok(Piece::NotYet);
            }
            let piece = object.bind(py).call_method1(*read, (PIECE,))?;
            if piece.is_none() && poll.is_some() {
                return Ok(Piece::NotYet);
            }
            let bytes = bytes_of(&piece)?;
            Ok(if bytes.is_empty() { Piece::End } else { Piece::Some(bytes) })
        }
        Once::Iterator(iterator) => {
            let next = iterator.bind(py).try_iter()?.next().transpose()?;
            next.map_or(Ok(Piece::End), |piece| Ok(Piece::Some(bytes_of(&piece)?)))
        }
    })
}
