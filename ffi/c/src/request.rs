//! A request of the core as C reads it.

use std::ffi::c_char;
use std::ptr;

use cloudconvert_core as core;

use crate::memory::Texts;

/// What stands for a number that is not known.
pub const CLOUDCONVERT_UNKNOWN: u64 = u64::MAX;

/// One header of a request or a response. Both texts are NUL-terminated and not NULL.
#[repr(C)]
pub struct Header {
    /// In lower case in requests, in any case in responses.
    pub name: *const c_char,
    /// Without leading or trailing spaces.
    pub value: *const c_char,
}

/// A part of a request's body.
#[repr(C)]
pub struct Piece {
    /// These bytes; NULL for the whole content of one of the job's files.
    pub bytes: *const u8,
    /// How many bytes there are.
    pub size: usize,
    /// Which file, counted from 0.
    pub file: usize,
}

/// A request to send exactly as it stands, following no redirect. `Host` and `Content-Length` are the sender's to add.
///
/// It lives, with all that it points to, until the next request of the same conversion has been handed out and
/// `cloudconvert_poll` is called once more, which leaves time to abort it; or until the conversion is freed.
#[repr(C)]
pub struct Request {
    /// Names the request in the calls that tell what became of it.
    pub id: u64,
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: *const c_char,
    /// An absolute `http` or `https` URL.
    pub url: *const c_char,
    /// `header_count` headers.
    pub headers: *const Header,
    /// How many headers there are.
    pub header_count: usize,
    /// The body: `piece_count` pieces, one behind the other.
    pub pieces: *const Piece,
    /// How many pieces there are; 0 for a request without a body.
    pub piece_count: usize,
    /// The length of the whole body in bytes; `CLOUDCONVERT_UNKNOWN` where the size of a file is not known.
    pub body_size: u64,
    /// The safe base name of the file that a successful answer goes into; NULL for answers that are kept in memory.
    pub sink_name: *const c_char,
    /// The announced size of that file in bytes; `CLOUDCONVERT_UNKNOWN` where there is none.
    pub sink_size: u64,
    /// How many bytes earlier requests have already left in that file.
    pub sink_offset: u64,
    /// Whether the request carries the API key. Its headers must not be logged.
    pub carries_key: bool,
}

/// A request with all that it points to, which never changes while C reads it.
pub(crate) struct Owned {
    pub(crate) request: Request,
    pub(crate) core: core::Request,
    _texts: Texts,
    _headers: Vec<Header>,
    _pieces: Vec<Piece>,
}

// SAFETY: the pointers lead to what the struct owns, nothing of which changes or depends on the thread.
unsafe impl Send for Owned {}
// SAFETY: as above.
unsafe impl Sync for Owned {}

impl Owned {
    pub(crate) fn new(core: core::Request) -> Self {
        let length = core.headers.iter().map(|(name, value)| name.len() + value.len() + 2).sum::<usize>();
        let mut texts = Texts::with_capacity(core.url.len() + length + 300);
        let method = texts.push(core.method.as_str());
        let url = texts.push(&core.url);
        let marks = core.headers.iter().map(|(name, value)| (texts.push(name), texts.push(value)));
        let marks: Vec<_> = marks.collect();
        let (sink_name, sink_size, sink_offset) = match &core.sink {
            core::Sink::File { name, size, offset } => (texts.push_some(Some(name)), *size, *offset),
            core::Sink::Memory { .. } => (texts.push_some(None), None, 0),
        };
        let headers =
            marks.into_iter().map(|(name, value)| Header { name: texts.at(name), value: texts.at(value) });
        let headers: Vec<_> = headers.collect();
        let (pieces, body_size) = match &core.body {
            core::Body::Empty => (Vec::new(), Some(0)),
            core::Body::Bytes(body) => (vec![bytes(body)], Some(body.len() as u64)),
            core::Body::Stream { pieces, len } => (pieces.iter().map(piece).collect(), *len),
        };
        let request = Request {
            id: core.id,
            method: texts.at(method),
            url: texts.at(url),
            headers: headers.as_ptr(),
            header_count: headers.len(),
            pieces: pieces.as_ptr(),
            piece_count: pieces.len(),
            body_size: body_size.unwrap_or(CLOUDCONVERT_UNKNOWN),
            sink_name: texts.at(sink_name),
            sink_size: sink_size.unwrap_or(CLOUDCONVERT_UNKNOWN),
            sink_offset,
            carries_key: core.carries_key(),
        };
        Self { request, core, _texts: texts, _headers: headers, _pieces: pieces }
    }
}

fn piece(piece: &core::Piece) -> Piece {
    match piece {
        core::Piece::Bytes(content) => bytes(content),
        core::Piece::File(file) => Piece { bytes: ptr::null(), size: 0, file: *file },
    }
}

/// Never NULL, even if there are none.
fn bytes(bytes: &[u8]) -> Piece {
    Piece { bytes: bytes.as_ptr(), size: bytes.len(), file: 0 }
}
