//! The narrow seam to what a browser already has: JSON, URLs and dates.

use crate::json::Value;
use crate::text::parts;
use crate::time::Timestamp;

/// What the host brings. [`Native`] is the default everywhere but in browsers.
pub trait Platform: Send + Sync {
    /// Reads one JSON text. `None` where it is not JSON.
    fn parse<'a>(&self, json: &'a str) -> Option<Value<'a>>;
    /// Writes a value as JSON.
    fn write(&self, value: &Value<'_>) -> String;
    /// Resolves a reference against an absolute base, as browsers do. `None` where either is not a URL.
    fn resolve(&self, base: &str, reference: &str) -> Option<Url>;
    /// Reads an HTTP date (RFC 9110, 5.6.7). `None` where it is not one.
    fn date(&self, text: &str) -> Option<Timestamp>;
}

/// An absolute URL, taken apart as far as trust needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// The whole URL, normalised, without a fragment.
    pub href: String,
    /// The host alone, in lower case: `api.example.com`.
    pub host: String,
    /// Whether a user name or a password stands in the URL.
    pub has_credentials: bool,
}

impl Url {
    /// Scheme, host and port: `https://api.example.com`.
    pub(crate) fn origin(&self) -> &str {
        let length = parts(&self.href, b'/').take(3).map(|part| part.len() + 1).sum::<usize>();
        self.href.get(..length - 1).unwrap_or_default()
    }

    /// Everything after the origin.
    pub(crate) fn path(&self) -> &str {
        self.href.get(self.origin().len()..).unwrap_or_default()
    }
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
        let mut text = Vec::with_capacity(512);
        let written = serde_json::to_writer(&mut text, value).ok();
        written.and_then(|()| String::from_utf8(text).ok()).unwrap_or_default()
    }

    fn resolve(&self, base: &str, reference: &str) -> Option<Url> {
        let scheme = || base.split_once("//").map(|(scheme, _)| scheme);
        // The base is read only where something depends on it.
        let url = if reference.starts_with("https://") || reference.starts_with("http://") {
            url::Url::parse(reference)
        } else if reference.starts_with("//") {
            url::Url::parse(&[scheme()?, reference].concat())
        } else {
            url::Url::parse(base).and_then(|base| base.join(reference))
        };
        let mut url = url.ok()?;
        url.set_fragment(None);
        Some(Url {
            host: url.host_str()?.to_owned(),
            has_credentials: !url.username().is_empty() || url.password().is_some(),
            href: url.into(),
        })
    }

    fn date(&self, text: &str) -> Option<Timestamp> {
        httpdate::parse_http_date(text).ok().map(Timestamp::from)
    }
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_depend_on_the_base_is_the_same_without_it() {
        for (base, reference) in [
            ("https://api.example.com/v1", "//srv01.example.com/process/1#top"),
            ("https://api.example.com/v1/", "x?y=//z"),
            ("http://api.example.com:8000", "//[::1]:9000/p"),
            ("http://[2001:db8::1]", "/p"),
            ("https://api.example.com", "https://ME:p%40ss@HOST.example.com:443/a b"),
            ("https://api.example.com", "http:\\\\b.example.com\\c"),
            ("https://api.example.com", "https:relative"),
            ("https://api.example.com", "//m\u{fc}nchen.example.com"),
            ("https://api.example.com", "https://u@x.example.com?q@r:1"),
        ] {
            let url = Native.resolve(base, reference).unwrap();
            let mut known = url::Url::parse(base).unwrap().join(reference).unwrap();
            known.set_fragment(None);
            assert_eq!(url.href, known.as_str(), "{reference}");
            assert_eq!(url.path(), &known[url::Position::BeforePath..]);
            if !url.has_credentials {
                assert_eq!(url.origin(), known.origin().ascii_serialization());
            }
        }
        for nonsense in ["javascript:alert(1)", "data:,x", "https://", "//"] {
            assert_eq!(Native.resolve("https://api.example.com", nonsense), None, "{nonsense}");
        }
    }
}
