//! Downloads: what has arrived of every output, and when it counts.
//!
//! Only a transfer that broke off is resumed, and only what certainly belongs together is put together: the rest has to
//! begin where it was asked for, be of the same length and, as far as the service says so, of the same version. Whatever is
//! whole and not as long as was announced is not the output, and begins anew. Without an announced size an answer is
//! measured by its own `Content-Length` and by its type; a service that tells neither cannot be checked.

use super::Conversion;
use super::pieces::Portion;
use crate::error::Error;
use crate::http::{Place, Response, Sink, Timestamp};
use crate::names::safe_name;
use crate::range::{ContentRange, Version, content_length, is_encoded, is_page};
use crate::wire::report::{Artifact, Report};
use crate::wire::step::Step;

/// The files to be downloaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Downloads {
    pub(super) list: Vec<Download>,
    /// Which of them is loaded now, or next.
    pub(super) current: usize,
    /// Where in the file the answer to the present request begins, if the service can resume.
    pub(super) offset: u64,
}

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
    /// How much of it is asked for in one request.
    pub(super) portion: Portion,
}

impl Download {
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
        *self = Self {
            name: std::mem::take(&mut self.name),
            size: self.size,
            no_parts: self.no_parts,
            ..Self::default()
        };
    }

    /// Looks at the head of an answer to a request from `offset` on.
    fn begun(&mut self, offset: u64, head: &Response) -> Result<(), Error> {
        let fits = if head.status == 206 { self.fits(offset, head) } else { self.is_all(head) };
        if !fits {
            self.begin_anew();
            self.no_parts |= head.status == 206;
            return Err(Error::invalid("the download is not what the service announced"));
        }
        Ok(())
    }

    /// Whether a part continues what is there.
    fn fits(&mut self, offset: u64, head: &Response) -> bool {
        let Some(range) = ContentRange::of(head) else { return false };
        let agrees = |known: Option<u64>| known.is_none() || range.total.is_none() || known == range.total;
        let continues = range.first.is_some_and(|first| first <= offset) && !is_encoded(head);
        let version = Version::of(head);
        if !continues || !agrees(self.size) || !agrees(self.total) || self.version.differs(&version) {
            return false;
        }
        self.total = self.total.or(range.total);
        if self.version == Version::default() {
            self.version = version;
        }
        true
    }

    /// Whether an answer from the first byte on can be the file. What was there is gone.
    fn is_all(&mut self, head: &Response) -> bool {
        let length = content_length(head);
        let announced = self.size.is_some() && length == self.size;
        let page = is_page(head, &self.name) && !announced;
        self.total = length;
        self.version = Version::of(head);
        self.whole_only = is_encoded(head) || page;
        // A page of a length that nobody told may still turn out to be as long as was announced.
        let wrong = length.is_some() && self.size.is_some() && !announced;
        !(wrong || page && self.size.is_none())
    }

    /// Takes a whole answer.
    fn take(&mut self, start: u64, response: &Response) -> Result<(), Error> {
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
            None => return Ok(()),
        };
        Err(Error::invalid(error))
    }

    /// Whether there is nothing behind what was loaded: a connection can break after the last byte
    /// (RFC 9110, 15.5.17: `Content-Range: bytes */LENGTH`).
    fn ends_with(&self, response: &Response) -> bool {
        let total = ContentRange::of(response).and_then(|range| range.total);
        total == Some(self.received)
            && self.size.or(self.total).is_none_or(|size| size == self.received)
            && !self.version.differs(&Version::of(response))
    }
}

impl Downloads {
    /// The artifacts, each under a safe name of its own.
    fn of(artifacts: &[Artifact]) -> Self {
        let mut list: Vec<Download> = Vec::with_capacity(artifacts.len());
        for artifact in artifacts {
            let mut name = safe_name(artifact.name.as_deref().unwrap_or("output"));
            while list.iter().any(|other| other.name.eq_ignore_ascii_case(&name)) {
                name = ["_", &name].concat();
            }
            list.push(Download { name, size: artifact.size, ..Download::default() });
        }
        Self { list, ..Self::default() }
    }

    /// The one that is loaded now, or next.
    pub(super) fn present(&self) -> Option<&Download> {
        self.list.get(self.current)
    }

    fn present_mut(&mut self) -> Option<&mut Download> {
        self.list.get_mut(self.current)
    }

    /// The rest of the present one is asked for in one answer.
    pub(super) fn in_one(&mut self) {
        if let Some(download) = self.present_mut() {
            download.portion = Portion::Rest;
        }
    }

    /// Those that are whole.
    pub(super) fn whole(&self) -> &[Download] {
        &self.list[..self.current.min(self.list.len())]
    }

    /// Takes one to be whole that an earlier process loaded.
    pub(super) fn skip(&mut self, size: u64) {
        self.received(size);
        self.current += 1;
    }

    /// The file of the present download is this long now.
    pub(super) fn received(&mut self, bytes: u64) {
        if let Some(download) = self.present_mut() {
            download.received = bytes;
        }
    }

    /// The head of the answer to a download has come.
    pub(super) fn begun(&mut self, head: &Response) -> Result<(), Error> {
        let offset = self.offset;
        match self.present_mut() {
            Some(download) if (200..300).contains(&head.status) => download.begun(offset, head),
            _ => Ok(()),
        }
    }

    /// Takes a piece that took so many milliseconds, where one was asked for and there is more.
    fn take_piece(&mut self, response: &Response, took: u64) -> Result<bool, Error> {
        self.begun(response)?;
        let offset = self.offset;
        let Some(download) = self.present_mut().filter(|_| response.status == 206) else { return Ok(false) };
        download.received = response.received;
        Ok(download.take_piece(offset, took))
    }

    /// Takes a whole answer.
    fn take(&mut self, response: &Response) -> Result<(), Error> {
        self.begun(response)?;
        let sink = Sink::File { name: String::new(), size: None, offset: self.offset };
        match (self.present_mut(), sink.place(response)) {
            (Some(download), Place::File { offset }) => download.take(offset, response),
            _ => Ok(()),
        }
    }

    /// How much of all files is loaded, from 0 to 1.
    #[allow(clippy::cast_precision_loss)]
    pub(super) fn loaded(&self) -> f64 {
        let present = self.present().map_or(0.0, |present| share(present.received, present.size));
        (self.current as f64 + present) / self.list.len().max(1) as f64
    }
}

/// A part of a whole; nothing where the whole is not known, and all of nothing.
#[allow(clippy::cast_precision_loss)]
pub(super) fn share(part: u64, whole: Option<u64>) -> f64 {
    match whole {
        Some(0) => 1.0,
        Some(whole) => (part as f64 / whole as f64).min(1.0),
        None => 0.0,
    }
}

impl Conversion {
    pub(super) fn list_downloads(&mut self) {
        self.downloads = Downloads::of(self.report.outcome().map_or(&[], |outcome| outcome.artifacts()));
        for download in self.downloads.list.iter_mut().filter(|_| self.setup.policy.pieces) {
            download.portion = Portion::first(download.size);
        }
    }

    /// An output has come: it counts when it is whole.
    pub(super) fn downloaded(&mut self, now: Timestamp, response: &Response) -> Result<(), Error> {
        if self.downloads.take_piece(response, now.saturating_sub(self.flight.sent_at))? {
            self.enter(Step::Download);
            return Ok(());
        }
        self.downloads.take(response)?;
        self.next_download(now);
        Ok(())
    }

    /// A range was refused: either nothing is missing, or what is there is of no use.
    pub(super) fn range_refused(&mut self, now: Timestamp, response: &Response) -> bool {
        let Some(download) = self.downloads.present_mut() else { return false };
        if download.ends_with(response) {
            self.next_download(now);
            return true;
        }
        download.begin_anew();
        false
    }

    /// The present output is whole: on to the next one, or to the end.
    fn next_download(&mut self, now: Timestamp) {
        self.downloads.current += 1;
        if self.downloads.present().is_some() {
            self.enter(Step::Download);
        } else {
            self.end(now, Ok(self.output()));
        }
    }

    /// The output may have another URL now than the one that was refused.
    pub(super) fn download_again(&mut self, now: Timestamp, former: &Report) {
        let at = self.downloads.current;
        let url = |report: &Report| report.outcome()?.artifacts().get(at)?.url.clone();
        let present = url(&self.report);
        match self.at.refused.take() {
            Some(error) if present.is_none() || present == url(former) => self.end(now, Err(*error)),
            _ => {
                if self.downloads.list.is_empty() {
                    self.list_downloads();
                }
                if let Some(download) = self.downloads.present_mut().filter(|d| d.version().is_none()) {
                    download.begin_anew();
                }
                self.again(Step::Download);
            }
        }
    }
}
