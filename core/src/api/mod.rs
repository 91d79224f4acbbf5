//! Where the service is, and where the key may go.

mod meant;
mod realm;
mod relayed;
mod trust;

use std::fmt;
use std::sync::Arc;

use crate::error::Error;
use crate::http::{Method, Request, Response};
use crate::json::Value;
use crate::platform::Platform;
use crate::scope::CONVERTS;
use crate::text::{has, without_end};
use crate::version::Wire;
use realm::{Realm, below};

/// The service's address and the key to it. Cheap to clone.
#[derive(Clone)]
pub struct Api(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    platform: &'static dyn Platform,
    wire: Wire,
    realm: Realm,
    trusted: Vec<String>,
}

/// Where the service is, unless a user says otherwise. A build that speaks version 1 alone has that of version 1.
pub const DEFAULT_BASE: &str =
    if cfg!(feature = "v2") { "https://api.cloudconvert.com/v2" } else { "https://api.cloudconvert.com/v1" };

impl Api {
    /// An API at `base` (`https://api.example.com/v1`; with or without the prefix), with `serde_json` and `url`.
    ///
    /// # Errors
    /// `bad_request` where the base is not an `http` or `https` URL or the key cannot be one.
    ///
    /// ```
    /// let api = cloudconvert_core::Api::new("https://api.example.com/v1", Some("my key".trim()));
    /// assert_eq!(api.unwrap_err().message, "the API key has a character that is not allowed: copy the key alone, without spaces");
    /// ```
    #[cfg(feature = "native")]
    pub fn new(base: &str, key: Option<&str>) -> Result<Self, Error> {
        Self::with_platform(&crate::platform::Native, base, key)
    }

    /// An API whose JSON and URLs are read by the host.
    ///
    /// # Errors
    /// As [`Api::new`].
    pub fn with_platform(
        platform: &'static dyn Platform,
        base: &str,
        key: Option<&str>,
    ) -> Result<Self, Error> {
        Self::meant(platform, Some(base), key, None, Vec::new())
    }

    fn trusting(
        platform: &'static dyn Platform,
        base: &str,
        key: Option<&str>,
        trusted: Vec<String>,
    ) -> Result<Self, Error> {
        let mut base = platform
            .resolve(base, "")
            .filter(|url| url.href.starts_with("http://") || url.href.starts_with("https://"))
            .ok_or_else(|| Error::bad_request("the base URL is not a valid URL with https:// or http://"))?;
        if base.has_credentials || has(&base.href, b"?") {
            return Err(Error::bad_request(
                "the base URL takes no user name, password or query: leave them out",
            ));
        }
        base.href.truncate(without_end(&base.href, b"/").len());
        if key.is_some_and(|key| !key.bytes().all(|b| b.is_ascii_graphic())) {
            return Err(Error::bad_request(
                "the API key has a character that is not allowed: copy the key alone, without spaces",
            ));
        }
        let wire = Wire::of(&base)?;
        let realm = Realm::new(wire, base, key);
        Ok(Self(Arc::new(Inner { platform, wire, realm, trusted })))
    }

    /// Trusts URLs on one more host.
    #[must_use]
    pub fn trust(mut self, host: &str) -> Self {
        Arc::make_mut(&mut self.0).trusted.push(host.to_ascii_lowercase());
        self
    }

    pub(crate) fn platform(&self) -> &'static dyn Platform {
        self.0.platform
    }

    /// The JSON of an answer, if it is some. A byte order mark does no harm (RFC 8259, 8.1), and no error tells the key, which a
    /// broken service may send back.
    pub(crate) fn read<'r>(&self, response: &'r Response) -> Option<Value<'r>> {
        let text = std::str::from_utf8(&response.body).ok()?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // A page has no key, and its build one version, or none that converts.
        let may_tell = CONVERTS
            && cfg!(any(feature = "native", all(feature = "v1", feature = "v2")))
            && response.status >= 400;
        let hidden = if may_tell { self.0.realm.hidden(text) } else { None };
        match hidden {
            Some(text) => self.0.platform.parse(&text).map(|value| value.owned()),
            None => self.0.platform.parse(text),
        }
    }

    /// The version of the API that the base URL names.
    pub(crate) fn wire(&self) -> Wire {
        self.0.wire
    }

    /// A request with the key to a path below the base URL.
    pub(crate) fn keyed(&self, method: Method, path: &[&str]) -> Result<Request, Error> {
        self.0.realm.keyed(method, path)
    }

    /// The same at the address that answers when a job has ended, where there is one.
    #[cfg_attr(not(feature = "v2"), allow(dead_code))]
    pub(crate) fn waiting(&self, method: Method, path: &[&str]) -> Result<Request, Error> {
        self.0.realm.waiting(method, path)
    }

    /// Whether there is such an address.
    #[cfg_attr(not(feature = "v2"), allow(dead_code))]
    pub(crate) fn waits(&self) -> bool {
        self.0.realm.waits()
    }

    /// The URL of a path below the base URL. Paths are given in parts.
    #[cfg_attr(not(feature = "v2"), allow(dead_code))]
    pub(crate) fn url(&self, path: &[&str]) -> String {
        below(&self.0.realm.base.href, path)
    }

    /// A request to a path below the base URL for what is open to all.
    pub(crate) fn open(&self, method: Method, path: &[&str]) -> Request {
        self.0.realm.open(method, path)
    }
}

/// The key is left out.
impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("base", &self.0.realm.base.href).finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;

    #[test]
    fn a_base_that_is_none_is_refused() {
        for base in
            ["", "api.example.com", "ftp://example.com", "https://u:p@example.com", "https://e.com/?x=1"]
        {
            assert!(Api::new(base, None).is_err(), "{base}");
        }
    }
}
