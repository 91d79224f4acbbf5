//! Plain data for what goes over the wire. A host performs it; nothing here does.

mod fields;
pub(crate) mod range;
mod response;

pub use fields::Fields;
pub use response::{Reason, Response};

use std::fmt;

use crate::text::digits;
use range::ContentRange;

/// The HTTP methods that the API uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Asks for a status, a list or a file.
    Get,
    /// Creates, starts, or sends a form with an input.
    Post,
    /// Sends an input as it is (version 1).
    Put,
    /// Deletes.
    Delete,
}

impl Method {
    pub(crate) const ALL: &[(&'static str, Self)] =
        &[("GET", Self::Get), ("POST", Self::Post), ("PUT", Self::Put), ("DELETE", Self::Delete)];

    /// The method as it stands in a request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// A request for the host to send exactly as it stands, following no redirect. A host whose HTTP client asks for compression by
/// itself sends `Accept-Encoding: identity`, because what is announced and counted is the file itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Names the request in the events that answer it.
    pub id: u64,
    /// The method.
    pub method: Method,
    /// An absolute `http` or `https` URL.
    pub url: String,
    /// Header names in lower case, and values. The host adds `Host` and `Content-Length`.
    pub headers: Vec<(&'static str, String)>,
    /// What to send.
    pub body: Body,
    /// Where the body of a successful answer goes.
    pub sink: Sink,
    /// Whether the host may take the body of a partial answer at once, and tell nothing until it is there. It takes about a
    /// second.
    pub at_once: bool,
    /// Whether it only stops or deletes what is over. What becomes of it is no cause of how the conversion ended.
    pub cleans_up: bool,
    /// What the host keeps before it sends the request, so that another program can go on: a saved state, as JSON. Only where
    /// [`Conversion::keep_states`](crate::Conversion::keep_states) was called.
    #[cfg(feature = "calls")]
    pub checkpoint: Option<String>,
}

impl Request {
    /// A request without headers and body, whose answer is kept in memory.
    pub(crate) fn new(method: Method, url: String) -> Self {
        Self {
            id: 0,
            method,
            url,
            headers: Vec::new(),
            body: Body::Empty,
            sink: Sink::ANSWER,
            at_once: false,
            cleans_up: false,
            #[cfg(feature = "calls")]
            checkpoint: None,
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Asks only for what is missing of a file of which so many bytes are there, if it is still this version of it.
    pub(crate) fn resume(self, offset: u64, version: Option<&str>) -> Self {
        if offset == 0 {
            return self;
        }
        let request = self.header("range", ["bytes=", &digits(offset), "-"].concat());
        match version {
            Some(version) => request.header("if-range", version.to_owned()),
            None => request,
        }
    }

    /// Whether the request carries the API key. Such a request must never follow a redirect.
    pub fn carries_key(&self) -> bool {
        self.headers.iter().any(|(name, _)| *name == "authorization")
    }
}

/// Headers may hold the key and bodies hold what the user converts, so neither is shown.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("id", &self.id)
            .field("method", &self.method)
            .field("url", &self.url)
            .field("sink", &self.sink)
            .finish_non_exhaustive()
    }
}

/// What a request sends.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    Empty,
    /// These bytes.
    Bytes(Vec<u8>),
    /// These pieces, one after the other. The core frames the content of files and never holds it.
    Stream {
        /// In the order in which they are sent.
        pieces: Vec<Piece>,
        /// The length of all together in bytes, where the sizes of the files are known.
        len: Option<u64>,
        /// The same as a form, for hosts that frame forms themselves: browsers are fastest at that.
        form: Option<Form>,
    },
}

/// A form (`multipart/form-data`) of texts, then files. A host that frames it itself leaves the header `content-type` out, because it
/// names the boundary of the core's framing.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Form {
    /// The fields that come first.
    pub fields: Fields,
    /// The name of the field that each file stands in.
    pub field: &'static str,
    /// The name of each file, in the order of the pieces.
    pub names: Vec<String>,
}

/// A part of a streamed body.
#[derive(Clone, PartialEq, Eq)]
pub enum Piece {
    /// These bytes: the framing of a multipart body.
    Bytes(Vec<u8>),
    /// The whole content of one of the job's files, counted from 0.
    File(usize),
}

/// Where the body of a successful answer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sink {
    /// Into [`Response::body`].
    Memory {
        /// The most bytes to read; the rest is dropped.
        limit: usize,
    },
    /// Into a file (a temporary one, until the conversion is done).
    File {
        /// A safe base name for the file: no folders, no control characters.
        name: String,
        /// The announced size in bytes.
        size: Option<u64>,
        /// How many bytes earlier requests have already left in the file.
        offset: u64,
    },
}

/// Where the body of one answer goes, now that its status and headers are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Into [`Response::body`], up to this many bytes. The rest is dropped, and the answer counts as whole.
    Memory {
        /// The most bytes to read.
        limit: usize,
    },
    /// Into the file from this byte on; what the file held beyond it is cut off.
    File {
        /// Where the first byte of the answer's body goes.
        offset: u64,
    },
}

impl Sink {
    /// For answers in JSON. The longest documented ones are process lists, far below this.
    pub(crate) const ANSWER: Self = Self::Memory { limit: 4 << 20 };

    /// Where the body of an answer with this status and these headers goes: error pages never end up in files, and a part
    /// of a file only where it belongs. What an earlier request left is overwritten where both overlap.
    pub fn place(&self, head: &Response) -> Place {
        match (self, head.status) {
            (Self::Memory { limit }, _) => Place::Memory { limit: *limit },
            (Self::File { offset, .. }, 206) => {
                let first = ContentRange::of(head).and_then(|range| range.first);
                match first.filter(|first| first <= offset) {
                    Some(offset) => Place::File { offset },
                    None => Place::Memory { limit: PAGE },
                }
            }
            (Self::File { .. }, 200..=299) => Place::File { offset: 0 },
            (Self::File { .. }, _) => Place::Memory { limit: PAGE },
        }
    }
}

/// What is read of an answer that is not the file which was asked for.
const PAGE: usize = 64 << 10;
