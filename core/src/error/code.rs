//! What kind of failure it is.

use crate::choice::name_of;

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
