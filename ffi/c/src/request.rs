//! A request of the core as C reads it.

use std::ffi::c_char;
use std::ptr;
use std::time::Duration;

use cloudconvert_core as core;

use crate::memory::Texts;

/// What stands for a number that is not known.
pub const CLOUDCONVERT_UNKNOWN: u64 = u64::MAX;

/// A length of time as C knows it.
pub(crate) fn milliseconds(time: Option<Duration>) -> u64 {
    let milliseconds = time.and_then(|time| u64::try_from(time.as_millis()).ok());
    milliseconds.unwrap_or(CLOUDCONVERT_UNKNOWN)
}

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
#[derive(Default)]
pub(crate) struct OwnedRequest {
    request: Option<Request>,
    core: Option<core::Request>,
    texts: Texts,
    headers: Vec<Header>,
    pieces: Vec<Piece>,
}

// SAFETY: the pointers lead to what the struct owns, nothing of which changes while it is shared or depends on the thread.
unsafe impl Send for OwnedRequest {}
// SAFETY: as above.
unsafe impl Sync for OwnedRequest {}

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

    /// Takes up another request. Pointers to the former one are dead.
    pub(crate) fn set(&mut self, core: core::Request) {
        let core = self.core.insert(core);
        let length = core.headers.iter().map(|(name, value)| name.len() + value.len() + 2).sum::<usize>();
        let (sink_name, sink_size, sink_offset) = match &core.sink {
            core::Sink::File { name, size, offset } => (Some(name.as_str()), *size, *offset),
            core::Sink::Memory { .. } => (None, None, 0),
        };
        // All of the texts with their terminators, and the method, of which the longest is DELETE.
        let texts = &mut self.texts;
        let checkpoint = core.checkpoint.as_deref();
        let more = sink_name.map_or(0, |name| name.len() + 1) + checkpoint.map_or(0, |saved| saved.len() + 1);
        texts.clear(core.url.len() + more + length + 8);
        let method = texts.push_clean(core.method.as_str());
        let url = texts.push_clean(&core.url);
        let sink_name = texts.push_some(sink_name);
        let checkpoint = texts.push_some(checkpoint);
        let mut mark = texts.next();
        for (name, value) in &core.headers {
            texts.push_clean(name);
            texts.push_clean(value);
        }
        self.headers.clear();
        for (name, value) in &core.headers {
            let behind = mark.behind(name);
            self.headers.push(Header { name: texts.at(mark), value: texts.at(behind) });
            mark = behind.behind(value);
        }
        self.pieces.clear();
        let body_size = match &core.body {
            core::Body::Empty => Some(0),
            core::Body::Bytes(body) => {
                self.pieces.push(bytes(body));
                Some(body.len() as u64)
            }
            core::Body::Stream { pieces, len, .. } => {
                self.pieces.extend(pieces.iter().map(piece));
                *len
            }
        };
        self.request = Some(Request {
            id: core.id,
            method: texts.at(method),
            url: texts.at(url),
            headers: self.headers.as_ptr(),
            header_count: self.headers.len(),
            pieces: self.pieces.as_ptr(),
            piece_count: self.pieces.len(),
            body_size: body_size.unwrap_or(CLOUDCONVERT_UNKNOWN),
            sink_name: texts.at(sink_name),
            sink_size: sink_size.unwrap_or(CLOUDCONVERT_UNKNOWN),
            sink_offset,
            carries_key: core.carries_key(),
            checkpoint: texts.at(checkpoint),
        });
    }
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
