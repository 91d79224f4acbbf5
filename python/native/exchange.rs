//! What it takes to perform one request: the pieces of its body, and a receiver for its answer.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use cloudconvert_core::{Body, Piece, Place, Reason, Request, Response, Sink};
use pyo3::PyErr;

use crate::input::Input;
use crate::reader::{Reader, Wait};
use crate::store::Store;
use crate::traffic::Traffic;
use crate::wanted::Wanted;

/// What is worth a thread of its own, in bytes.
const LONG: u64 = 8 << 20;

/// What a conversion uploads, and where its outputs go.
pub(crate) struct Files {
    inputs: Vec<Input>,
    store: Mutex<Store>,
}

impl Files {
    pub(crate) fn new(inputs: Vec<Input>, store: Store) -> Self {
        Self { inputs, store: Mutex::new(store) }
    }

    /// Whether there is an input that can be read only once, and was not yet.
    pub(crate) fn is_unread(&self) -> bool {
        self.inputs.iter().any(|input| input.length().is_none())
    }

    /// Reads to their ends what can be read only once. Blocks.
    pub(crate) fn spool(&self, wanted: &Wanted) -> io::Result<()> {
        self.inputs.iter().try_for_each(|input| input.spool(wanted))
    }

    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request that is out.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) request: Arc<Request>,
    pub(crate) files: Arc<Files>,
    pub(crate) traffic: Arc<Traffic>,
}

impl Exchange {
    /// How many bytes the body has, where that is known. The core knows no length of what was read to its end since.
    pub(crate) fn length(&self) -> Option<u64> {
        match &self.request.body {
            Body::Empty => Some(0),
            Body::Bytes(bytes) => Some(bytes.len() as u64),
            Body::Stream { len, pieces, .. } => {
                len.or_else(|| pieces.iter().map(|piece| self.part(piece).length()).sum())
            }
        }
    }

    /// The body, in pieces.
    pub(crate) fn body(&self) -> Pieces {
        let parts = match &self.request.body {
            Body::Empty => Vec::new(),
            Body::Bytes(bytes) => vec![Part::Bytes(Bytes::from(bytes.clone()))],
            Body::Stream { pieces, .. } => pieces.iter().map(|piece| self.part(piece)).collect(),
        };
        Pieces { parts: parts.into(), traffic: self.traffic.clone(), sent: 0 }
    }

    fn part(&self, piece: &Piece) -> Part {
        match piece {
            Piece::Bytes(bytes) => Part::Bytes(Bytes::from(bytes.clone())),
            Piece::File(index) => Part::File(self.files.inputs.get(*index).map(Input::share)),
        }
    }

    /// Makes ready for an answer's body. Blocks, unless it is kept in memory.
    pub(crate) fn receive(&self, status: u16, headers: Vec<(String, String)>) -> Result<Receiver, Reason> {
        let mut response = Response { status, headers, ..Response::default() };
        let place = self.request.sink.place(&response);
        if let Sink::File { .. } = self.request.sink {
            self.traffic.begun(response.clone());
        }
        if let (Place::File { offset }, Sink::File { name, size, .. }) = (place, &self.request.sink) {
            let begun = self.files.store().begin(self.request.id, name, *size, offset);
            begun.map_err(|error| self.unwritten(error))?;
            response.received = offset;
        }
        Ok(Receiver { exchange: self.clone(), place, response })
    }

    /// The output cannot be written, for this reason.
    fn unwritten(&self, error: io::Error) -> Reason {
        let reason = Reason::Sink(error.to_string());
        self.traffic.failed(PyErr::from(error));
        reason
    }

    /// Whether so much is announced to come that it is worth a thread.
    pub(crate) fn is_long_download(&self) -> bool {
        matches!(self.request.sink, Sink::File { size: Some(size), .. } if size > LONG)
    }

    /// Whether receiving an answer may wait for a disk.
    pub(crate) fn writes_to_disk(&self) -> bool {
        match &self.request.sink {
            Sink::File { size, .. } => !self.files.store().is_memory(*size),
            Sink::Memory { .. } => false,
        }
    }
}

/// A request's body, read piece by piece.
pub(crate) struct Pieces {
    parts: VecDeque<Part>,
    traffic: Arc<Traffic>,
    sent: u64,
}

enum Part {
    Bytes(Bytes),
    /// An input that has not been opened; none where a restored conversion was not given it.
    File(Option<Input>),
    Open(Reader),
}

impl Part {
    fn length(&self) -> Option<u64> {
        match self {
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::File(input) => input.as_ref().and_then(Input::length),
            Self::Open(_) => None,
        }
    }
}

impl Pieces {
    /// Whether it is known that the next piece has to be waited for.
    pub(crate) fn waits(&self) -> bool {
        matches!(self.parts.front(), Some(Part::Open(reader)) if reader.waits())
    }

    /// The next piece; none at the end. Asking for it tells that those before have been sent.
    pub(crate) fn next(&mut self, wait: Wait) -> io::Result<Option<Bytes>> {
        self.traffic.sent(self.sent);
        let piece = self.read(wait).inspect_err(|error| {
            if error.kind() != io::ErrorKind::WouldBlock {
                self.traffic.broke(Reason::Input(error.to_string()));
                self.traffic.failed(PyErr::from(io::Error::new(error.kind(), error.to_string())));
            }
        })?;
        self.sent += piece.as_ref().map_or(0, |piece| piece.len() as u64);
        Ok(piece)
    }

    fn read(&mut self, wait: Wait) -> io::Result<Option<Bytes>> {
        while let Some(part) = self.parts.front_mut() {
            match part {
                Part::Bytes(bytes) => {
                    let piece = std::mem::take(bytes);
                    self.parts.pop_front();
                    return Ok(Some(piece));
                }
                Part::File(Some(input)) if wait == Wait::Yes || input.is_memory() => {
                    *part = Part::Open(input.open()?);
                }
                Part::File(Some(_)) => return Err(io::ErrorKind::WouldBlock.into()),
                Part::File(None) => {
                    return Err(io::Error::other("the input file is missing: pass the source to `resume`"));
                }
                Part::Open(reader) => match reader.next(wait)? {
                    Some(piece) => return Ok(Some(piece)),
                    None => drop(self.parts.pop_front()),
                },
            }
        }
        Ok(None)
    }
}

/// An answer that is coming in.
pub(crate) struct Receiver {
    exchange: Exchange,
    place: Place,
    response: Response,
}

impl Receiver {
    /// Whether no more of the body is wanted: the rest is let go.
    pub(crate) fn is_full(&self) -> bool {
        matches!(self.place, Place::Memory { limit } if self.response.body.len() >= limit)
    }

    /// Takes more of the body. Blocks as [`Exchange::receive`] does.
    pub(crate) fn push(&mut self, pieces: &[Bytes]) -> Result<(), Reason> {
        match self.place {
            Place::Memory { limit } => {
                for piece in pieces {
                    let room = limit - self.response.body.len();
                    self.response.body.extend(piece.iter().take(room));
                }
            }
            Place::File { .. } => {
                let written = self.exchange.files.store().write(self.exchange.request.id, pieces);
                written.map_err(|error| self.exchange.unwritten(error))?;
                self.response.received += pieces.iter().map(|piece| piece.len() as u64).sum::<u64>();
            }
        }
        Ok(())
    }

    /// Tells how long the file is now. Not from the thread that writes: to wake another thread takes long.
    pub(crate) fn tell(&self) {
        if let Place::File { .. } = self.place {
            self.exchange.traffic.received(self.response.received);
        }
    }

    /// The whole answer.
    pub(crate) fn finish(self) -> Response {
        self.response
    }
}
