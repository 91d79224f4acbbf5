//! One error for everything, with codes that are the same in every language.

mod code;
mod reason;
mod value;

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use crate::http::Method;
use crate::text::before;
pub use code::Code;

/// What went wrong, in words for a person, with the facts a program needs. In a box, because results are passed on everywhere.
///
/// ```
/// let error = cloudconvert_core::Reason::Connection.to_error();
/// assert_eq!(error.message, "the connection to the service failed: check the network");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Facts>);

/// The facts of an [`Error`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// The kind of failure.
    pub code: Code,
    /// What happened and what to do. The service's own message where it sent one.
    pub message: String,
    /// The HTTP status that the service answered with.
    pub status: Option<u16>,
    /// How long the service asked to wait, in milliseconds.
    pub(crate) retry_after: Option<u64>,
    /// The process that failed.
    pub process_id: Option<String>,
    /// The request that failed, where one was sent.
    pub request: Option<Box<FailedRequest>>,
    /// What the service itself said. `message` may say more.
    pub service_message: Option<Box<str>>,
    /// The same will fail again, however often it is tried: a certificate that is refused, an address that is not valid.
    pub permanent: bool,
}

/// The request that an [`Error`] is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedRequest {
    /// Its method.
    pub method: Method,
    /// Its URL without the query, which may carry a secret.
    pub url: String,
}

impl FailedRequest {
    pub(crate) fn new(method: Method, url: &str) -> Self {
        let url = before(url, b"?#").to_owned();
        Self { method, url }
    }
}

pub(crate) const REDIRECTED: &str =
    "the service answered with a redirect; set the base URL to where it leads";
pub(crate) const BY_ANOTHER: &str =
    "another program answered, not the service: check the base URL and proxies";
pub(crate) const UNREACHED: &str = "the service cannot be reached; check the base URL and the network";

impl Deref for Error {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.0
    }
}

/// For hosts that keep them.
impl From<Error> for Facts {
    fn from(error: Error) -> Self {
        *error.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Facts {
        &mut self.0
    }
}

impl Error {
    /// An error without an HTTP answer behind it.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(Facts {
            code,
            message,
            status: None,
            retry_after: None,
            process_id: None,
            request: None,
            service_message: None,
            permanent: false,
        }))
    }

    /// The same with another message.
    pub(crate) fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// The same about an answer with this status.
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// The same with what the service itself said.
    pub(crate) fn said(mut self, message: Option<Box<str>>) -> Self {
        self.service_message = message;
        self
    }

    /// How long the service asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after.map(Duration::from_millis)
    }

    /// Whether the same may work later, after [`Error::retry_after`] or some minutes: the service or the network is to blame,
    /// not the job.
    ///
    /// ```
    /// use cloudconvert_core::{Code, Reason};
    /// assert!(Reason::Connection.to_error().is_retryable());
    /// assert!(!Reason::Permanent("its certificate has expired".to_owned()).to_error().is_retryable());
    /// ```
    pub fn is_retryable(&self) -> bool {
        matches!(self.code, Code::Unavailable | Code::Throttled | Code::Network | Code::Timeout)
            && !self.permanent
    }

    /// Whether what a host was last told in the place of an answer is the cause: no answer led to it. A host that keeps that
    /// adds it in the manner of its language, and forgets it with the next answer.
    ///
    /// ```
    /// use cloudconvert_core::Reason;
    /// assert!(Reason::Connection.to_error().has_cause());
    /// assert!(!Reason::Redirect.to_error().has_cause());
    /// ```
    pub fn has_cause(&self) -> bool {
        self.status.is_none()
            && matches!(self.code, Code::Network | Code::Timeout | Code::Input | Code::Output)
    }

    /// What to do where the service answered that it cannot do it at present, to be added to the message. Others say it themselves.
    pub(crate) fn later(&self) -> &'static str {
        if self.status.is_some() && self.is_retryable() { "; try again later" } else { "" }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(Code::BadRequest, message)
    }

    /// The service was never there.
    pub(crate) fn unreached() -> Self {
        Self::new(Code::Network, UNREACHED)
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Code::InvalidResponse, message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_not_told() {
        let request = FailedRequest::new(Method::Get, "https://files.example.com/a?signature=secret#part");
        assert_eq!(request.url, "https://files.example.com/a");
    }
}
