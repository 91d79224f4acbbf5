//! One request: whether it is due or out, since when, and where redirects lead it.

use crate::error::FailedRequest;
use crate::http::{Body, Method, Request};
use crate::time::Timestamp;

/// How many redirects a call may follow.
const REDIRECTS: u8 = 5;
/// The slowest line that an upload without progress is waited for on, in bytes per millisecond: 80 kbit/s.
const SLOWEST: u64 = 10;

/// What happens next, as far as the host is concerned.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Turn {
    /// The request of the present step is to be sent.
    Ready,
    /// It is out.
    Out { deadline: Timestamp },
    /// It was handed out, and the host has something to do before it sends it.
    Held,
    /// The outputs are to get their names.
    Settle,
    /// The host gives them their names.
    Settling,
    /// It is not due yet.
    Waiting { until: Timestamp },
    /// All is over.
    Done,
}

#[derive(Clone, Debug)]
pub(super) struct Flight {
    pub(super) turn: Turn,
    /// The ID of the request that is out, or was last.
    pub(super) id: u64,
    pub(super) sent_at: Timestamp,
    /// How many bytes of its body have been sent.
    pub(super) sent: u64,
    /// The length of the body that is being uploaded.
    pub(super) total: Option<u64>,
    /// Where a redirect of the present call leads.
    pub(super) location: Option<String>,
    pub(super) redirects: u8,
    /// Whether the request carries the key.
    keyed: bool,
    method: Method,
    url: String,
}

impl Flight {
    pub(super) const fn new() -> Self {
        Self {
            turn: Turn::Ready,
            id: 0,
            sent_at: Timestamp::from_millis(0),
            sent: 0,
            total: None,
            location: None,
            redirects: 0,
            keyed: false,
            method: Method::Get,
            url: String::new(),
        }
    }

    /// Makes a request the next one to be sent.
    pub(super) fn prepare(&mut self, mut request: Request) -> Request {
        if let Some(location) = &self.location {
            request.url.clone_from(location);
        }
        if let Body::Stream { len, .. } = &request.body {
            self.total = *len;
        }
        self.keyed = request.carries_key();
        self.method = request.method;
        self.url = request.url.clone();
        self.id += 1;
        request.id = self.id;
        request
    }

    /// What was sent last, for the error that it led to.
    pub(super) fn request(&self) -> Option<Box<FailedRequest>> {
        (!self.url.is_empty()).then(|| Box::new(FailedRequest::new(self.method, &self.url)))
    }

    /// Another call begins, which is due at once.
    pub(super) fn begin(&mut self) {
        self.turn = Turn::Ready;
        self.sent = 0;
        self.settle();
    }

    /// The call was answered, and that led to no error.
    pub(super) fn settle(&mut self) {
        self.location = None;
        self.redirects = 0;
        self.url = String::new();
    }

    /// Whether it was handed out, and may have been sent.
    pub(super) const fn is_out(&self) -> bool {
        matches!(self.turn, Turn::Out { .. } | Turn::Held)
    }

    /// Whether it was handed out and changes something on the service.
    #[cfg(feature = "calls")]
    pub(super) fn changes(&self) -> bool {
        self.is_out() && self.method != Method::Get
    }

    /// Where the present call was sent.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Whether a redirect of the present call may be followed: the key never is sent elsewhere.
    pub(super) const fn may_redirect(&self) -> bool {
        !self.keyed && self.redirects < REDIRECTS
    }

    /// How long the present upload may take besides, where its progress is not told, in milliseconds.
    pub(super) fn uncounted(&self) -> u64 {
        self.total.map_or(u64::MAX, |total| total / SLOWEST)
    }

    /// Whether certainly not all of the body was sent.
    pub(super) fn broke_off(&self) -> bool {
        self.sent > 0 && self.total.is_some_and(|total| self.sent < total)
    }
}
