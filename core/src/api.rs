//! Where the service is, and who may see the key.

use std::fmt;
use std::sync::Arc;

use crate::error::{Code, Error};
use crate::http::{Method, Request};
use crate::json::Value;
use crate::platform::{Platform, Url};

/// The service's address and the key to it. Cheap to clone.
#[derive(Clone)]
pub struct Api(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    platform: &'static dyn Platform,
    base: Url,
    key: Option<String>,
    trusted: Vec<String>,
}

/// Where the service is, unless a user says otherwise.
pub const DEFAULT_BASE: &str = "https://api.cloudconvert.com/v1";

impl Api {
    /// An API at `base` (`https://api.example.com/v1`; with or without the prefix), with `serde_json` and `url`.
    ///
    /// # Errors
    /// `bad_request` where the base is not an `http` or `https` URL or the key cannot be one.
    ///
    /// ```
    /// let api = cloudconvert_core::Api::new("https://api.example.com/v1", Some("my key".trim()));
    /// assert_eq!(api.unwrap_err().message, "the API key has a character that no key has");
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
        let mut base = platform
            .resolve(base, "")
            .filter(|url| url.origin.starts_with("http://") || url.origin.starts_with("https://"))
            .ok_or_else(|| Error::bad_request("the base URL has to begin with https:// or http://"))?;
        if base.has_credentials || base.href.contains('?') {
            return Err(Error::bad_request("the base URL takes no user name, password or query"));
        }
        base.href.truncate(base.href.trim_end_matches('/').len());
        if key.is_some_and(|key| key.is_empty() || !key.bytes().all(|b| b.is_ascii_graphic())) {
            return Err(Error::bad_request("the API key has a character that no key has"));
        }
        Ok(Self(Arc::new(Inner { platform, base, key: key.map(str::to_owned), trusted: Vec::new() })))
    }

    /// An API without a key at the origin of a process or upload URL: for pages that follow what a backend created.
    ///
    /// # Errors
    /// `bad_request` where it is not an `http` or `https` URL.
    pub fn for_url(platform: &'static dyn Platform, url: &str) -> Result<Self, Error> {
        let resolved = platform.resolve(url, "/");
        let origin =
            resolved.ok_or_else(|| Error::bad_request("a process or upload URL has to be absolute"))?;
        Self::with_platform(platform, &origin.origin, None)
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
        match (base, key, url) {
            (None, None, Some(url)) => Self::for_url(platform, url),
            (base, key, _) => Self::with_platform(platform, base.unwrap_or(DEFAULT_BASE), key),
        }
    }

    /// [`Api::at`] with the members `base`, `key`, `url` and `trusted` (an array of further hosts) of a wish.
    ///
    /// # Errors
    /// As [`Api::at`].
    pub fn from_value(platform: &'static dyn Platform, wish: &Value<'_>) -> Result<Self, Error> {
        let text = |name: &str| wish.get(name).text();
        // An empty one is not one that is left out.
        let url = match wish.get("url") {
            Value::String(url) => Some(url.as_ref()),
            _ => None,
        };
        let mut api = Self::at(platform, text("base"), text("key"), url)?;
        for host in wish.get("trusted").items() {
            api = api.trust(host.text().unwrap_or_default());
        }
        Ok(api)
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

    /// A request to the base URL, the only kind that carries the key.
    pub(crate) fn request(&self, method: Method, path: &str) -> Result<Request, Error> {
        let key = self.0.key.as_deref().ok_or_else(|| {
            Error::new(Code::Unauthorized, "an API key is needed to create a process; give one to the client")
        })?;
        let request = self.request_without_key(method, path);
        Ok(request.header("authorization", ["Bearer ", key].concat()))
    }

    /// The same at the address that answers when a job has ended (version 2).
    #[cfg(feature = "v2")]
    pub(crate) fn waiting_request(&self, method: Method, path: &str) -> Result<Request, Error> {
        let mut request = self.request(method, path)?;
        if let Some(sync) = sync_host(&self.0.base) {
            request.url = [&sync, request.url.strip_prefix(&self.0.base.origin).unwrap_or_default()].concat();
        }
        Ok(request)
    }

    /// Whether there is an address that answers when a job has ended.
    #[cfg(feature = "v2")]
    #[allow(dead_code)] // The machine does not ask yet.
    pub(crate) fn can_wait(&self) -> bool {
        sync_host(&self.0.base).is_some()
    }

    /// The absolute URL of a file or an upload form that the service named (version 2). Storages have hosts of many
    /// owners, and the key never goes there, so any host is taken, with no less than the base's encryption.
    #[cfg(feature = "v2")]
    pub(crate) fn resolve_file(&self, reference: &str) -> Result<String, Error> {
        let url = self.0.platform.resolve(&self.0.base.href, reference);
        let url =
            url.ok_or_else(|| Error::invalid("the service answered with something that is not a URL"))?;
        let safe = url.origin.starts_with("https://") && !url.has_credentials;
        if safe || self.trusts(&url) {
            return Ok(url.href);
        }
        Err(untrusted(&url.host))
    }

    /// A request to the base URL for what is open to all.
    pub(crate) fn request_without_key(&self, method: Method, path: &str) -> Request {
        Request::new(method, [&self.0.base.href, path].concat())
    }

    /// An absolute URL from one that the service returned (often without a scheme), if it is to be trusted.
    pub(crate) fn resolve(&self, reference: &str) -> Result<String, Error> {
        self.resolve_from(&self.0.base.href, reference)
    }

    /// The same for the target of a redirect.
    pub(crate) fn resolve_from(&self, base: &str, reference: &str) -> Result<String, Error> {
        let url = self
            .0
            .platform
            .resolve(base, reference)
            .ok_or_else(|| Error::invalid("the service answered with something that is not a URL"))?;
        if self.trusts(&url) {
            return Ok(url.href);
        }
        Err(untrusted(&url.host))
    }

    /// A URL is trusted on the base's host, on a subdomain of its registered domain, or on a listed host; never with
    /// credentials in it, and never with less than the base's encryption.
    fn trusts(&self, url: &Url) -> bool {
        let encrypted = url.origin.starts_with("https://");
        let web = encrypted || url.origin.starts_with("http://");
        let downgrade = self.0.base.origin.starts_with("https://") && !encrypted;
        if !web || downgrade || url.has_credentials {
            return false;
        }
        url.host == self.0.base.host
            || self.0.trusted.contains(&url.host)
            || registered_domain(&self.0.base.host)
                .is_some_and(|domain| url.host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')))
    }
}

/// The key is left out.
impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("base", &self.0.base.href).finish_non_exhaustive()
    }
}

fn untrusted(host: &str) -> Error {
    let message = [
        "the service named a URL on `",
        host,
        "`, which is not a host of it; trust that host if it is yours",
    ];
    Error::new(Code::UntrustedUrl, message.concat())
}

/// The origin that answers when a job has ended: `https://sync.api…` of `https://api…`, also behind a region
/// (`https://eu-central.sync.api…`) and with the sandbox. Other services have none.
///
/// API documentation: <https://cloudconvert.com/api/v2#wait>.
#[cfg(feature = "v2")]
fn sync_host(base: &Url) -> Option<String> {
    let (region, rest) = match base.host.strip_suffix("api.cloudconvert.com") {
        Some(region) => (region, "api.cloudconvert.com"),
        None => (base.host.strip_suffix("api.sandbox.cloudconvert.com")?, "api.sandbox.cloudconvert.com"),
    };
    let named = |region: &str| !region.is_empty() && !region.contains('.');
    let plain = region.is_empty() || region.strip_suffix('.').is_some_and(named);
    (plain && base.origin == ["https://", &base.host].concat())
        .then(|| ["https://", region, "sync.", rest].concat())
}

/// The part of a host under which one owner holds all names: `example.com`, `example.co.uk`.
///
/// A list of public suffixes weighs more than the rest of the core, so this is the careful half of one: addresses,
/// single labels, and hosting domains whose subdomains belong to many owners have no registered domain, and then only
/// the exact host is trusted.
fn registered_domain(host: &str) -> Option<&str> {
    const SHARED: &[&str] = &[
        "amazonaws.com",
        "azurewebsites.net",
        "cloudfront.net",
        "firebaseapp.com",
        "fly.dev",
        "github.io",
        "herokuapp.com",
        "netlify.app",
        "ngrok.io",
        "onrender.com",
        "pages.dev",
        "run.app",
        "vercel.app",
        "web.app",
        "workers.dev",
    ];
    const SECOND_LEVEL: &[&str] = &[
        "ac", "co", "com", "edu", "gob", "gov", "gv", "ltd", "me", "mil", "ne", "net", "or", "org", "plc",
        "sch",
    ];
    if host.starts_with('[') || host.ends_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let dots: Vec<usize> = host.rmatch_indices('.').map(|(at, _)| at).collect();
    let tail = |labels: usize| match dots.get(labels - 1) {
        Some(dot) => host.get(dot + 1..),
        None if dots.len() + 1 == labels => Some(host),
        None => None,
    };
    let two = tail(2)?;
    if SHARED.contains(&two) {
        return None;
    }
    let (second, top) = two.split_once('.')?;
    if top.len() == 2 && SECOND_LEVEL.contains(&second) { tail(3) } else { Some(two) }
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;

    fn trusts(base: &str, reference: &str) -> bool {
        Api::new(base, None).unwrap().resolve(reference).is_ok()
    }

    #[test]
    fn hosts_of_the_service_are_trusted() {
        for url in ["//srv01.example.com/p", "//api.example.com:8443/p", "https://a.b.example.com/p", "/p"] {
            assert!(trusts("https://api.example.com/v1", url), "{url}");
        }
        assert!(trusts("http://127.0.0.1:8000", "//127.0.0.1:9000/p"));
        assert!(trusts("https://api.example.co.uk", "//srv01.example.co.uk/p"));
    }

    #[test]
    fn other_hosts_are_not() {
        for url in [
            "//evil.com/p",
            "//example.com.evil.com/p",
            "//evilexample.com/p",
            "http://srv01.example.com/p",
            "https://user:pass@srv01.example.com/p",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "//127.0.0.1/p",
        ] {
            assert!(!trusts("https://api.example.com", url), "{url}");
        }
        assert!(!trusts("https://api.example.co.uk", "//evil.co.uk/p"));
        assert!(!trusts("https://me.github.io", "//evil.github.io/p"));
        assert!(!trusts("http://127.0.0.1", "//1.127.0.0.1/p"));
        assert!(!trusts("http://localhost", "//evil.localhost.com/p"));
    }

    #[test]
    fn a_listed_host_is_trusted_and_the_key_is_never_shown() {
        let api = Api::new("https://api.example.com", Some("s3cret")).unwrap().trust("Files.Example.net");
        assert_eq!(api.resolve("//files.example.net/x").unwrap(), "https://files.example.net/x");
        assert!(!format!("{api:?}").contains("s3cret"));
        let request = api.request(Method::Post, "/process").unwrap();
        assert!(request.carries_key() && !format!("{request:?}").contains("s3cret"));
    }

    #[cfg(feature = "v2")]
    #[test]
    fn waiting_goes_to_the_host_that_belongs_to_the_base() {
        let asked = |base: &str| {
            let api = Api::new(base, Some("s3cret")).unwrap();
            api.waiting_request(Method::Get, "/jobs/1").unwrap().url
        };
        for (base, url) in [
            ("https://api.cloudconvert.com/v2", "https://sync.api.cloudconvert.com/v2/jobs/1"),
            (
                "https://eu-central.api.cloudconvert.com/v2",
                "https://eu-central.sync.api.cloudconvert.com/v2/jobs/1",
            ),
            (
                "https://api.sandbox.cloudconvert.com/v2",
                "https://sync.api.sandbox.cloudconvert.com/v2/jobs/1",
            ),
            ("https://evilapi.cloudconvert.com/v2", "https://evilapi.cloudconvert.com/v2/jobs/1"),
            ("https://api.example.com/v2", "https://api.example.com/v2/jobs/1"),
            ("http://127.0.0.1:8000/v2", "http://127.0.0.1:8000/v2/jobs/1"),
        ] {
            assert_eq!(asked(base), url);
        }
    }

    #[test]
    fn a_base_that_is_none_is_refused() {
        for base in
            ["", "api.example.com", "ftp://example.com", "https://u:p@example.com", "https://e.com/?x=1"]
        {
            assert!(Api::new(base, None).is_err(), "{base}");
        }
    }
}
