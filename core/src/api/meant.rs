//! Which service a client means, and trusts.

use super::{Api, DEFAULT_BASE};
use crate::error::Error;
use crate::json::Value;
use crate::platform::Platform;
use crate::scope::CONVERTS;
use crate::version::Wire;

impl Api {
    /// An API without a key at the origin of a process or upload URL: for pages that follow what a backend created.
    ///
    /// # Errors
    /// `bad_request` where it is not an `http` or `https` URL.
    pub fn for_url(platform: &'static dyn Platform, url: &str) -> Result<Self, Error> {
        Self::with_platform(platform, &base_of(platform, url)?, None)
    }

    /// The API that a client means: the one rule, in every language, for which service it talks to and trusts.
    ///
    /// | base URL | key | the service |
    /// |---|---|---|
    /// | given | | at that base URL |
    /// | none | given | at [`DEFAULT_BASE`]: a key belongs to one service, so a URL on another host is `untrusted_url` |
    /// | none | none, but a URL | where that URL is: a page was handed it by its backend |
    /// | none | none | at [`DEFAULT_BASE`] |
    ///
    /// An empty key is none: what a program reads from its environment is empty where nothing is set.
    ///
    /// # Errors
    /// As [`Api::with_platform`] and [`Api::for_url`].
    ///
    /// ```
    /// use cloudconvert_core::{Api, Conversion, Native, Policy};
    ///
    /// let handed = "https://srv01.convert.example/process/1";
    /// let page = Api::at(&Native, None, None, Some(handed))?;
    /// assert!(Conversion::follow(&page, handed, Policy::default(), 42).is_ok());
    ///
    /// let backend = Api::at(&Native, None, Some("KEY"), Some(handed))?;
    /// assert!(Conversion::follow(&backend, handed, Policy::default(), 42).is_err(), "set the base URL");
    /// # Ok::<(), cloudconvert_core::Error>(())
    /// ```
    pub fn at(
        platform: &'static dyn Platform,
        base: Option<&str>,
        key: Option<&str>,
        url: Option<&str>,
    ) -> Result<Self, Error> {
        Self::meant(platform, base, key, url, Vec::new())
    }

    pub(super) fn meant(
        platform: &'static dyn Platform,
        base: Option<&str>,
        key: Option<&str>,
        url: Option<&str>,
        trusted: Vec<String>,
    ) -> Result<Self, Error> {
        let key = key.filter(|key| !key.is_empty());
        let named = match (base, key, url) {
            (None, None, Some(url)) => &base_of(platform, url)?,
            (base, ..) => base.unwrap_or(DEFAULT_BASE),
        };
        Self::trusting(platform, named, key, trusted)
    }

    /// [`Api::at`] with the members `base`, `key`, `url` and `trusted` (an array of further hosts) of a wish.
    ///
    /// # Errors
    /// As [`Api::at`].
    pub fn from_value(platform: &'static dyn Platform, wish: &Value<'_>) -> Result<Self, Error> {
        // An empty base URL is not one that is left out, and nothing else stands for the service itself: it would get the key.
        let text = |name: &str| match wish.get(name) {
            Value::String(text) => Ok(Some(text.as_ref())),
            Value::Null => Ok(None),
            _ => Err(Error::bad_request("the base URL and the API key have to be texts")),
        };
        // What was prepared needs no key.
        let key = if CONVERTS { text("key")? } else { None };
        let url = text("url").unwrap_or_default();
        let hosts = wish.get("trusted").items().iter();
        let trusted = hosts.map(|host| host.text().unwrap_or_default().to_ascii_lowercase()).collect();
        Self::meant(platform, text("base")?, key, url, trusted)
    }
}

/// The base URL of the service that this URL is of.
fn base_of(platform: &'static dyn Platform, url: &str) -> Result<String, Error> {
    let resolved = platform.resolve(url, "");
    let url = resolved
        .ok_or_else(|| Error::bad_request("a process or upload URL has to be absolute, with https://"))?;
    Ok(Wire::base_of(&url).to_owned())
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::http::Method;

    #[test]
    fn an_empty_key_is_none() {
        let path = if cfg!(feature = "v1") { "process/1" } else { "v2/jobs/1" };
        let handed = ["https://srv01.convert.example/", path].concat();
        let page = Api::at(&crate::Native, None, Some(""), Some(&handed)).unwrap();
        assert!(page.open(Method::Get, &["/process"]).url.starts_with("https://srv01.convert.example/"));
        let mut wish = Value::object();
        wish.set("key", "");
        for api in [Api::new(DEFAULT_BASE, Some("")), Api::from_value(&crate::Native, &wish)] {
            let error = api.unwrap().keyed(Method::Get, &["/jobs"]).unwrap_err();
            assert_eq!(error.code, crate::Code::Unauthorized, "{error}");
        }
    }

    #[test]
    fn without_a_base_the_service_itself_is_meant() {
        let api = Api::at(&crate::Native, None, Some("KEY"), None).unwrap();
        assert!(api.open(Method::Get, &["/jobs"]).url.starts_with(DEFAULT_BASE));
        let named = |base: &str| Api::new(base, None).map(|api| api.wire().name());
        for (base, version) in [
            (DEFAULT_BASE, if cfg!(feature = "v2") { "v2" } else { "v1" }),
            #[cfg(feature = "v1")]
            ("https://api.example.com", "v1"),
            #[cfg(feature = "v1")]
            ("https://api.example.com/v1/", "v1"),
            #[cfg(feature = "v2")]
            ("https://me.example.org/convert/v2/", "v2"),
        ] {
            assert_eq!(named(base).unwrap(), version, "{base}");
        }
    }
}
