//! A request of the core as C reads it.

use std::ffi::c_char;
use std::ptr;
use std::time::Duration;

use cloudconvert_core as core;

use crate::memory::{Row, Texts};

/// What stands for a number that is not known.
pub const CLOUDCONVERT_UNKNOWN: u64 = u64::MAX;

/// A length of time as C knows it.
pub(crate) fn milliseconds(time: Option<Duration>) -> u64 {
    let milliseconds = time.and_then(|time| u64::try_from(time.as_millis()).ok());
    milliseconds.unwrap_or(CLOUDCONVERT_UNKNOWN)
}

/// One header of a request or a response. Both texts are NUL-terminated and not NULL.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Header {
    /// In lower case in requests, in any case in responses.
    pub name: *const c_char,
    /// Without leading or trailing spaces.
    pub value: *const c_char,
}

/// A part of a request's body.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Piece {
    /// These bytes; NULL for the whole content of one of the job's files.
    pub bytes: *const u8,
    /// How many bytes there are.
    pub size: usize,
    /// Which file, counted from 0.
    pub file: usize,
    /// Space for members of later versions.
    pub reserved: [u64; 2],
}

/// A request to send exactly as it stands, following no redirect. `Host` and `Content-Length` are the sender's to add.
/// Where your HTTP client asks for compression by itself, send `Accept-Encoding: identity`: what is announced and counted is the
/// file itself.
///
/// It lives, with all that it points to, until the next request of the same conversion has been handed out and
/// `cloudconvert_conversion_poll` is called once more, which leaves time to abort it; or until the conversion is freed.
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
    /// What is kept before the request is sent, so that another program can go on: as JSON, for
    /// `cloudconvert_conversion_restore`. Where that fails, the request is sent all the same. NULL where nothing is to be kept,
    /// and without `cloudconvert_conversion_keep_states`.
    pub checkpoint: *const c_char,
}

/// A request with all that it points to, which never changes while C reads it. Its memory serves one request after the
/// other.
pub(crate) struct OwnedRequest {
    request: Option<Request>,
    core: Option<core::Request>,
    texts: Texts,
    /// The core's requests have a type, a key, a range and its condition at most.
    headers: Row<Header, 4>,
    /// The content of a file, and what stands before and behind it in a form.
    pieces: Row<Piece, 3>,
}

// SAFETY: the pointers lead to what the struct owns, nothing of which changes while it is shared or depends on the thread.
unsafe impl Send for OwnedRequest {}
// SAFETY: as above.
unsafe impl Sync for OwnedRequest {}

impl Default for OwnedRequest {
    fn default() -> Self {
        Self {
            request: None,
            core: None,
            texts: Texts::default(),
            headers: Row::new(Header { name: ptr::null(), value: ptr::null() }),
            pieces: Row::new(bytes(&[])),
        }
    }
}

impl OwnedRequest {
    /// What C reads; NULL before there was a request.
    pub(crate) fn request(&self) -> *const Request {
        self.request.as_ref().map_or(ptr::null(), ptr::from_ref)
    }

    pub(crate) fn id(&self) -> u64 {
        self.core.as_ref().map_or(0, |core| core.id)
    }

    /// Whether what becomes of it is no cause of how a conversion ended.
    pub(crate) fn cleans_up(&self) -> bool {
        self.core.as_ref().is_some_and(|core| core.cleans_up)
    }

    pub(crate) fn target(&self, head: &core::Response) -> Option<core::Place> {
        self.core.as_ref().map(|core| core.sink.place(head))
    }

    /// Takes up another request. Pointers to the former one are dead. It must not be moved afterwards.
    pub(crate) fn set(&mut self, core: core::Request) {
        let core = self.core.insert(core);
        let (sink_name, sink_size, sink_offset) = match &core.sink {
            core::Sink::File { name, size, offset } => (Some(name.as_str()), *size, *offset),
            core::Sink::Memory { .. } => (None, None, 0),
        };
        let checkpoint = core.checkpoint.as_deref();
        // All of the texts with their terminators.
        let length = core.headers.iter().map(|(name, value)| name.len() + value.len() + 2).sum::<usize>();
        let more = sink_name.map_or(0, |name| name.len() + 1) + checkpoint.map_or(0, |saved| saved.len() + 1);
        let texts = &mut self.texts;
        texts.clear(core.url.len() + 1 + more + length);
        let header =
            |(name, value): &(&str, String)| Header { name: texts.write(name), value: texts.write(value) };
        let (headers, header_count) = self.headers.fill(core.headers.iter().map(header));
        let ((pieces, piece_count), body_size) = match &core.body {
            core::Body::Empty => (self.pieces.fill([].into_iter()), Some(0)),
            core::Body::Bytes(body) => (self.pieces.fill([bytes(body)].into_iter()), Some(body.len() as u64)),
            core::Body::Stream { pieces, len, .. } => (self.pieces.fill(pieces.iter().map(piece)), *len),
        };
        self.request = Some(Request {
            id: core.id,
            method: method(core.method),
            url: texts.write(&core.url),
            headers,
            header_count,
            pieces,
            piece_count,
            body_size: body_size.unwrap_or(CLOUDCONVERT_UNKNOWN),
            sink_name: texts.write_some(sink_name),
            sink_size: sink_size.unwrap_or(CLOUDCONVERT_UNKNOWN),
            sink_offset,
            carries_key: core.carries_key(),
            checkpoint: texts.write_some(checkpoint),
        });
    }
}

/// The method's name, which lives as long as the program.
pub(crate) fn method(method: core::Method) -> *const c_char {
    let name = match method {
        core::Method::Get => c"GET",
        core::Method::Post => c"POST",
        core::Method::Put => c"PUT",
        core::Method::Delete => c"DELETE",
    };
    name.as_ptr()
}

fn piece(piece: &core::Piece) -> Piece {
    match piece {
        core::Piece::Bytes(content) => bytes(content),
        core::Piece::File(file) => Piece { bytes: ptr::null(), size: 0, file: *file, reserved: [0; 2] },
    }
}

/// Never NULL, even if there are none.
fn bytes(bytes: &[u8]) -> Piece {
    Piece { bytes: bytes.as_ptr(), size: bytes.len(), file: 0, reserved: [0; 2] }
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn methods_are_named_as_in_the_core() {
        for of in [core::Method::Get, core::Method::Post, core::Method::Put, core::Method::Delete] {
            // SAFETY: the name is a NUL-terminated string that lives as long as the program.
            assert_eq!(unsafe { CStr::from_ptr(method(of)) }.to_str().unwrap(), of.as_str());
        }
    }
}
