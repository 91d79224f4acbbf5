//! One error for everything, with codes that are the same in every language.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use crate::choice::{name_of, pick};
use crate::http::Method;
use crate::json::Value;
use crate::text::before;

/// What kind of failure it is. The names of [`Code::as_str`] are stable across languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// A parameter is missing, wrong or contradicts another (also: HTTP 400).
    BadRequest,
    /// The API key is missing or wrong (HTTP 401, 403), or its account has no credits (402).
    Unauthorized,
    /// The process is gone, or never was (HTTP 404, 410).
    NotFound,
    /// The service could not convert this input (HTTP 422).
    ConversionFailed,
    /// The service has no capacity or an internal error, and the retries are used up.
    Unavailable,
    /// The service asked to slow down for longer than the conversion may last (HTTP 429).
    Throttled,
    /// The connection failed, and the retries are used up.
    Network,
    /// The conversion's deadline passed.
    Timeout,
    /// Cancelled by the caller.
    Cancelled,
    /// An answer that is not the API's, or an output that is not whole.
    InvalidResponse,
    /// The service named a URL on a host that is not to be trusted.
    UntrustedUrl,
    /// The input cannot be read.
    Input,
    /// The output cannot be written.
    Output,
}

impl Code {
    /// The code as every language shows it.
    pub fn as_str(self) -> &'static str {
        name_of(self, Self::ALL)
    }

    pub(crate) const ALL: &[(&'static str, Self)] = &[
        ("bad_request", Self::BadRequest),
        ("unauthorized", Self::Unauthorized),
        ("not_found", Self::NotFound),
        ("conversion_failed", Self::ConversionFailed),
        ("unavailable", Self::Unavailable),
        ("throttled", Self::Throttled),
        ("network", Self::Network),
        ("timeout", Self::Timeout),
        ("cancelled", Self::Cancelled),
        ("invalid_response", Self::InvalidResponse),
        ("untrusted_url", Self::UntrustedUrl),
        ("input", Self::Input),
        ("output", Self::Output),
    ];

    /// The code that an HTTP status stands for.
    pub const fn of_status(status: u16) -> Self {
        match status {
            401..=403 => Self::Unauthorized,
            404 | 410 => Self::NotFound,
            422 => Self::ConversionFailed,
            429 => Self::Throttled,
            400..=499 => Self::BadRequest,
            500..=599 => Self::Unavailable,
            _ => Self::InvalidResponse,
        }
    }
}

/// What went wrong, in words for a person, with the facts a program needs. In a box, because results are passed on everywhere.
///
/// ```
/// let error = cloudconvert_core::Reason::Connection.to_error();
/// assert_eq!(error.message, "the connection to the service failed");
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

    /// The same for hosts that pass it on: `{"code", "message", "isRetryable"}`, and as far as they are known `status`,
    /// `retryAfter`, `processId`, `method`, `url` and `serviceMessage`.
    pub fn to_value(&self) -> Value<'static> {
        let mut value = self.kept();
        value.set("isRetryable", self.is_retryable());
        value
    }

    /// What a saved state keeps of it.
    pub(crate) fn kept(&self) -> Value<'static> {
        let mut value = Value::object();
        value.set("code", self.code.as_str());
        value.set("message", self.message.clone());
        value.set_some("status", self.status.map(u64::from));
        value.set_some("retryAfter", self.retry_after);
        value.set_some("processId", self.process_id.clone());
        if let Some(request) = &self.request {
            value.set("method", request.method.as_str());
            value.set("url", request.url.clone());
        }
        value.set_some("serviceMessage", self.service_message.as_deref().map(str::to_owned));
        value.set_some("permanent", self.permanent.then_some(true));
        value
    }

    pub(crate) fn from_value(value: &Value<'_>) -> Option<Self> {
        let code = pick(value.get("code"), Code::ALL)?;
        let mut error = Self::new(code, value.get("message").text().unwrap_or_default());
        let method = pick(value.get("method"), Method::ALL);
        let url = value.get("url").text();
        error.request = method.zip(url).map(|(method, url)| Box::new(FailedRequest::new(method, url)));
        error.service_message = value.get("serviceMessage").text().map(Into::into);
        error.permanent = value.get("permanent").flag();
        error.status = value.get("status").unsigned().and_then(|status| u16::try_from(status).ok());
        error.retry_after = value.get("retryAfter").unsigned();
        error.process_id = value.get("processId").label();
        Some(error)
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
