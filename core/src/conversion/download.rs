//! One download: what has arrived, and when it counts.
//!
//! Only a transfer that broke off is resumed, and only what certainly belongs together is put together: the rest has to
//! begin where it was asked for, be of the same length and, where the beginning named its version, of the same version. A
//! service that names no version cannot be checked for that. What is whole and not as long as was announced is not the
//! output, and begins anew. Without an announced size an answer is measured by its own `Content-Length` and by its type. A
//! service that tells neither cannot be checked.
//!
//! A download that comes on is no download that fails, however often it breaks off: each [step](Download::comes_on) of it
//! starts the retries anew. There are a thousand steps in a file, so a download ends after a thousand times the retries at
//! the latest. Of a file whose length nobody tells, the deadline alone is the end.

use super::pieces::Portion;
use crate::error::Error;
#[cfg(feature = "calls")]
use crate::http::Sink;
use crate::http::range::{ContentRange, Version, announced_length, content_length, is_encoded, is_page};
use crate::http::{Request, Response};
use crate::text::digits;

/// How many steps a file has.
const STEPS: u64 = 1_000;
/// A step of a file whose length is not known, in bytes.
const STEP: u64 = 64 << 10;

/// One file to be downloaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Download {
    pub(super) name: String,
    /// The announced size.
    pub(super) size: Option<u64>,
    /// How long the file is.
    pub(super) received: u64,
    /// How long the answers say that it will be.
    total: Option<u64>,
    /// What the bytes that have arrived are a part of.
    version: Version,
    /// Whether what has arrived is of no use for a resumption.
    whole_only: bool,
    /// Whether a part was sent that did not fit: then no other is asked for.
    no_parts: bool,
    /// How much had arrived of it, in a way that can be gone on with, at its last step.
    reached: u64,
    /// How much of it is asked for in one request.
    pub(super) portion: Portion,
}

impl Download {
    pub(super) fn new(name: String, size: Option<u64>) -> Self {
        Self { name, size, ..Self::default() }
    }

    /// Where the next request begins.
    pub(super) fn offset(&self) -> u64 {
        if self.whole_only || self.no_parts { 0 } else { self.received }
    }

    /// What the rest has to be a part of.
    pub(super) fn version(&self) -> Option<&str> {
        self.version.if_range().filter(|_| self.offset() > 0)
    }

    /// Nothing of it counts.
    pub(super) fn begin_anew(&mut self) {
        self.received = 0;
        self.total = None;
        self.version = Version::default();
        self.whole_only = false;
        self.portion = Portion::Rest;
    }

    /// Looks at the head of an answer to a request from `offset` on.
    pub(super) fn begun(&mut self, offset: u64, head: &Response) -> Result<(), Error> {
        let fits = match head.status {
            206 => self.fits(offset, head),
            // Other successes bring no content, or say that it comes later (RFC 9110, 15.3).
            status => matches!(status, 200 | 203) && self.is_all(head),
        };
        if !fits {
            self.begin_anew();
            self.no_parts |= head.status == 206;
            return Err(Error::invalid(
                "the download is not what the service announced: check the network and proxies",
            ));
        }
        Ok(())
    }

    /// Whether a part continues what is there. The first one of a file has nothing to fit to but its length.
    fn fits(&mut self, offset: u64, head: &Response) -> bool {
        let Some(range) = ContentRange::of(head) else { return false };
        let agrees = |known: Option<u64>| known.is_none() || range.total.is_none() || known == range.total;
        let continues = range.first.is_some_and(|first| first <= offset) && !is_encoded(head);
        let version = Version::of(head);
        let page = is_page(head, &self.name) && (self.size.is_none() || self.size != range.total);
        if page || !continues || !agrees(self.size) || !agrees(self.total) {
            return false;
        }
        self.total = self.total.or(range.total);
        if offset == 0 {
            self.version = version;
            return true;
        }
        self.version.may_go_on_with(&version)
    }

    /// Whether an answer from the first byte on can be the file. What was there is gone.
    fn is_all(&mut self, head: &Response) -> bool {
        let length = content_length(head);
        let announced = self.size.is_some() && length == self.size;
        let page = is_page(head, &self.name) && !announced;
        self.total = length;
        self.version = Version::of(head);
        self.whole_only = is_encoded(head) || page;
        // A page whose length is not told may still turn out to be as long as was announced.
        let wrong = length.is_some() && self.size.is_some() && !announced;
        !(wrong || page && self.size.is_none())
    }

    /// Whether it has come a step further than ever before; tells each step once.
    pub(super) fn comes_on(&mut self) -> bool {
        let step = self.size.or(self.total).map_or(STEP, |expected| expected / STEPS).max(1);
        let comes_on = self.offset() >= self.reached.saturating_add(step);
        if comes_on {
            self.reached = self.offset();
        }
        comes_on
    }

    /// Whether more has come than was announced.
    pub(super) fn overflows(&self) -> bool {
        self.size.or(self.total).is_some_and(|expected| self.received > expected)
    }

    /// Takes a whole answer, which has [begun](Self::begun).
    pub(super) fn take(&mut self, response: &Response) -> Result<(), Error> {
        let part = ContentRange::of(response).filter(|_| response.status == 206);
        let start = part.and_then(|part| part.first).unwrap_or(0);
        self.received = response.received;
        let end = content_length(response).map(|length| start.saturating_add(length));
        let expected = self.size.or(self.total);
        let error = match expected {
            _ if end.is_some_and(|end| response.received < end) => "the download broke off",
            Some(expected) if expected == response.received => return Ok(()),
            Some(expected) if response.status == 206 && response.received < expected => {
                "the service sent a part of the output only"
            }
            Some(_) => {
                self.begin_anew();
                "the download is not as long as the service announced"
            }
            None if response.status == 206 => "the service sent a part of the output only",
            // As long as the compressed form: the host does not unpack it.
            None if is_encoded(response) && announced_length(response) == Some(response.received - start) => {
                "the service compressed the download, which was not asked for"
            }
            None => return Ok(()),
        };
        Err(Error::invalid([error, ": check the network and proxies"].concat()))
    }

    /// Whether there is nothing behind what was loaded: a connection can break after the last byte
    /// (RFC 9110, 15.5.17: `Content-Range: bytes */LENGTH`).
    pub(super) fn ends_with(&self, response: &Response) -> bool {
        let total = ContentRange::of(response).and_then(|range| range.total);
        total == Some(self.received)
            && self.size.or(self.total).is_none_or(|size| size == self.received)
            && !self.version.differs(&Version::of(response))
    }

    /// Where the piece ends that is asked for from `offset` on, if it is not the rest.
    fn until(&self, offset: u64) -> Option<u64> {
        Some(offset.saturating_add(self.portion.length()?).min(self.size?))
    }

    /// The request for the rest, made one for the present piece.
    pub(super) fn limited(&self, mut request: Request) -> Request {
        let offset = self.offset();
        let Some(until) = self.until(offset) else { return request };
        request.headers.retain(|(name, _)| *name != "range");
        request.at_once = matches!(self.portion, Portion::Piece(_));
        let (first, last) = (digits(offset), digits(until.saturating_sub(1)));
        request.header("range", ["bytes=", &first, "-", &last].concat())
    }

    /// Whether just the piece has come that was asked for from `offset` on, and there is more. Then that is next.
    pub(super) fn take_piece(&mut self, offset: u64, took: u64) -> bool {
        let whole = self.size.is_none_or(|size| size <= self.received);
        if whole || self.until(offset) != Some(self.received) {
            return false;
        }
        self.portion = self.portion.next(took);
        true
    }
}

/// Whether a single call got the file that it asked for, and all of it.
///
/// # Errors
/// `invalid_response` where it did not.
#[cfg(feature = "calls")]
pub(crate) fn verify(request: &Request, response: &Response) -> Result<(), Error> {
    let Sink::File { name, size, offset } = &request.sink else { return Ok(()) };
    let asked = request.headers.iter().find(|(name, _)| *name == "if-range");
    let version = asked.map(|(_, version)| Version::named(version)).unwrap_or_default();
    let mut download = Download { received: *offset, version, ..Download::new(name.clone(), *size) };
    download.begun(*offset, response)?;
    download.take(response)
}
