//! The narrow seam to what a browser already has: JSON, URLs and dates.

use crate::http::Timestamp;
use crate::json::Value;

/// What the host brings. [`Native`] is the default everywhere but in browsers.
pub trait Platform: Send + Sync {
    /// Reads one JSON text. `None` where it is not JSON.
    fn parse<'a>(&self, json: &'a str) -> Option<Value<'a>>;
    /// Writes a value as JSON.
    fn write(&self, value: &Value<'_>) -> String;
    /// Resolves a reference against an absolute base, as browsers do. `None` where either is no URL.
    fn resolve(&self, base: &str, reference: &str) -> Option<Url>;
    /// Reads an HTTP date (RFC 9110, 5.6.7). `None` where it is none.
    fn date(&self, text: &str) -> Option<Timestamp>;
}

/// An absolute URL, taken apart as far as trust needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// The whole URL, normalised, without a fragment.
    pub href: String,
    /// Scheme, host and port: `https://api.example.com`.
    pub origin: String,
    /// The host alone, in lower case: `api.example.com`.
    pub host: String,
    /// Whether a user name or a password stands in the URL.
    pub has_credentials: bool,
}

/// JSON by `serde_json`, URLs by `url`, dates by `httpdate`.
#[cfg(feature = "native")]
#[derive(Clone, Copy, Debug)]
pub struct Native;

#[cfg(feature = "native")]
impl Platform for Native {
    fn parse<'a>(&self, json: &'a str) -> Option<Value<'a>> {
        serde_json::from_str(json).ok()
    }

    fn write(&self, value: &Value<'_>) -> String {
        serde_json::to_string(value).unwrap_or_default()
    }

    fn resolve(&self, base: &str, reference: &str) -> Option<Url> {
        let mut url = url::Url::parse(base).ok()?.join(reference).ok()?;
        url.set_fragment(None);
        Some(Url {
            origin: url.origin().ascii_serialization(),
            host: url.host_str()?.to_ascii_lowercase(),
            has_credentials: !url.username().is_empty() || url.password().is_some(),
            href: url.into(),
        })
    }

    fn date(&self, text: &str) -> Option<Timestamp> {
        let since = httpdate::parse_http_date(text).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
        u64::try_from(since.as_millis()).ok()
    }
}
