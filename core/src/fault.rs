//! How a request can fail, and which answers say so: one table for conversions and for single calls.

use crate::api::Api;
use crate::http::Response;
use crate::json::Value;

/// How a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The request never left, so nothing was done.
    Unreached,
    /// No answer, or one that is not the API's: what the request did is not known.
    Lost,
    /// 429 or 503: nothing was done.
    Throttled,
    /// Too many run at once: nothing was done, and nothing will be before one of them has ended.
    #[cfg_attr(not(feature = "v2"), allow(dead_code))]
    Full,
    /// Another 5xx: what the request did is not known.
    Broken,
    /// 4xx: it will not be done.
    Refused,
    /// The host cannot do it, now or later: it has no input, no room for the output, or refuses the certificate.
    Impossible,
}

impl Fault {
    /// What the status of an answer says; none of a success and of a redirect.
    pub(crate) const fn of_status(status: u16) -> Option<Self> {
        match status {
            429 | 503 => Some(Self::Throttled),
            408 | 425 => Some(Self::Lost),
            400..=499 => Some(Self::Refused),
            500..=599 => Some(Self::Broken),
            _ => None,
        }
    }
}

/// Whether an answer shows that the service itself is there: it is an object of JSON, or says when to come back. The page
/// of a proxy or of a login is neither.
pub(crate) fn is_of_the_service(api: &Api, response: &Response) -> bool {
    response.header("retry-after").is_some() || matches!(api.read(response), Some(Value::Object(_)))
}
