//! What C tells about an answer.

use std::borrow::Cow;
use std::ffi::{CStr, c_char, c_uint};

use cloudconvert_core as core;

use crate::failure::{Code, Failure};
use crate::memory::{array, unused};
use crate::request::Header;

/// A whole answer. The library reads it within the call and keeps none of its pointers.
#[repr(C)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// `header_count` headers, in any order; NULL if there are none. Bytes that are not UTF-8 are allowed here.
    pub headers: *const Header,
    /// How many headers there are.
    pub header_count: usize,
    /// The body, if `cloudconvert_conversion_begun` said memory: `body_size` bytes, NULL for none.
    pub body: *const u8,
    /// How many bytes `body` has.
    pub body_size: usize,
    /// How long the file is now, if the body went into one, with what earlier answers left in it.
    pub received: u64,
    /// Space for members of later versions. Has to be zero.
    pub reserved: [u64; 4],
}

/// Why there is no answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum Reason {
    /// No connection, or it broke before the answer was whole: what the request did is not known.
    Connection = 1,
    /// A time limit of the sender passed. None is needed: `cloudconvert_conversion_poll` and `cloudconvert_call_poll` know
    /// all deadlines.
    Timeout = 2,
    /// The server answered with a redirect that the sender cannot show.
    Redirect = 3,
    /// The input cannot be read.
    Input = 4,
    /// The output cannot be written.
    Sink = 5,
    /// No connection, for a reason that cannot pass by itself: a certificate that is refused, another protocol than
    /// expected, an address that is not valid. Nothing is repeated. The text that goes along says which, and what to do.
    Permanent = 6,
    /// There never was a connection: its name was not found, it refused, the handshake of TLS failed. No byte of the request
    /// left. Tell this only where it is certain: what costs is then sent again.
    Unreached = 7,
}

/// A number of [`Reason`] as C passes it: perhaps none of them.
pub type ReasonNumber = c_uint;

/// Where the body of an answer goes, now that its status and headers are known.
#[repr(C)]
pub struct BodyTarget {
    /// Whether it goes into the file of the request's sink. Else into memory.
    pub in_file: bool,
    /// Where in the file the first byte goes. What the file held beyond it is cut off first.
    pub offset: u64,
    /// The most bytes to keep in memory. Ignore the rest: the answer counts as whole.
    pub limit: usize,
    /// Space for members of later versions.
    pub reserved: [u64; 4],
}

impl From<core::Place> for BodyTarget {
    fn from(place: core::Place) -> Self {
        match place {
            core::Place::Memory { limit } => Self { in_file: false, offset: 0, limit, reserved: [0; 4] },
            core::Place::File { offset } => Self { in_file: true, offset, limit: 0, reserved: [0; 4] },
        }
    }
}

/// Most answers have no more bytes than this: room for them is made at once.
const MOST: usize = 1 << 10;
/// Memory for longer answers than this is not kept for the next one.
const KEPT: usize = 4 << 10;

/// # Safety
/// `response` is as the header asks.
pub(crate) unsafe fn read(response: *const Response) -> Result<core::Response, Failure> {
    let mut copy = core::Response::default();
    // SAFETY: the caller's promise.
    unsafe { read_into(response, &mut copy) }?;
    Ok(copy)
}

/// The same, in the memory of an earlier answer.
///
/// # Safety
/// As [`read`].
pub(crate) unsafe fn read_into(response: *const Response, copy: &mut core::Response) -> Result<(), Failure> {
    // SAFETY: the caller's promise.
    let response = unsafe { response.as_ref() }.ok_or_else(|| Failure::null("response"))?;
    unused(&response.reserved)?;
    // SAFETY: the caller's promise.
    let body = unsafe { array(response.body, response.body_size, "body") }?;
    // SAFETY: the caller's promise.
    let headers = unsafe { array(response.headers, response.header_count, "headers") }?;
    copy.status = response.status;
    copy.received = response.received;
    copy.headers.clear();
    for header in headers {
        // SAFETY: the caller's promise for both texts of a header.
        copy.headers.push(unsafe { (latin(header.name)?, latin(header.value)?) });
    }
    copy.body.clear();
    if !body.is_empty() {
        copy.body.reserve(body.len().max(MOST));
        copy.body.extend_from_slice(body);
    }
    Ok(())
}

/// Gives up the memory of a long answer.
pub(crate) fn keep_little(copy: &mut core::Response) {
    if copy.body.capacity() > KEPT {
        copy.body = Vec::new();
    }
}

/// A header's text. Servers may send any bytes here, and none of those that matter lie outside ASCII.
///
/// # Safety
/// `text` is NULL or a NUL-terminated string.
unsafe fn latin(text: *const c_char) -> Result<String, Failure> {
    if text.is_null() {
        return Err(Failure::null("a header's name or value"));
    }
    // SAFETY: not NULL, so it is a string by the caller's promise.
    Ok(Cow::into_owned(unsafe { CStr::from_ptr(text) }.to_string_lossy()))
}

/// The core's reason for a number of [`Reason`].
pub(crate) fn reason(number: ReasonNumber, why: Option<&str>) -> Result<core::Reason, Failure> {
    let why = || why.unwrap_or("no reason was given").to_owned();
    Ok(match number {
        n if n == Reason::Connection as ReasonNumber => core::Reason::Connection,
        n if n == Reason::Timeout as ReasonNumber => core::Reason::Timeout,
        n if n == Reason::Redirect as ReasonNumber => core::Reason::Redirect,
        n if n == Reason::Input as ReasonNumber => core::Reason::Input(why()),
        n if n == Reason::Permanent as ReasonNumber => core::Reason::Permanent(why()),
        n if n == Reason::Unreached as ReasonNumber => core::Reason::Unreached,
        n if n == Reason::Sink as ReasonNumber => core::Reason::Sink(why()),
        _ => {
            return Err(Failure::new(
                Code::OutOfRange,
                "`reason` is not one of `cloudconvert_reason`: give one of these",
            ));
        }
    })
}
