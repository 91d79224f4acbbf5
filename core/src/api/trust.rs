//! Which hosts belong to the service.

use super::Api;
use crate::error::{Code, Error};
use crate::platform::Url;
use crate::text::cut;

impl Api {
    /// The absolute URL of a file or an upload form that the service named (version 2). Storages have hosts of many
    /// owners, and the key never goes there, so any host is taken, with no less than the base's encryption.
    #[cfg_attr(not(feature = "v2"), allow(dead_code))]
    pub(crate) fn resolve_file(&self, reference: &str) -> Result<String, Error> {
        self.resolve_file_from("", reference)
    }

    /// The same for the target of a redirect from this URL.
    #[cfg_attr(not(feature = "v2"), allow(dead_code))]
    pub(crate) fn resolve_file_from(&self, base: &str, reference: &str) -> Result<String, Error> {
        let url = self.against(base, reference)?;
        let safe = url.href.starts_with("https://") && !url.has_credentials;
        if safe || self.trusts(&url) { Ok(url.href) } else { Err(untrusted(&url.host)) }
    }

    /// The same URL with a scheme, where the service wrote none, for people to see. Nothing is sent there.
    pub(crate) fn absolute(&self, url: &str) -> String {
        let encrypted = self.0.realm.base.href.starts_with("https://");
        let scheme = if encrypted { "https:" } else { "http:" };
        [if url.starts_with("//") { scheme } else { "" }, url].concat()
    }

    /// An absolute URL from one that the service returned (often without a scheme), if it is to be trusted.
    pub(crate) fn resolve(&self, reference: &str) -> Result<String, Error> {
        self.resolve_from("", reference)
    }

    /// The same for the target of a redirect from this URL.
    pub(crate) fn resolve_from(&self, base: &str, reference: &str) -> Result<String, Error> {
        let url = self.against(base, reference)?;
        if self.trusts(&url) { Ok(url.href) } else { Err(untrusted(&url.host)) }
    }

    /// What the service named, against this URL; an empty one stands for the base URL.
    fn against(&self, base: &str, reference: &str) -> Result<Url, Error> {
        let base = if base.is_empty() { &self.0.realm.base.href } else { base };
        let url = self.0.platform.resolve(base, reference);
        url.ok_or_else(|| Error::invalid("the service named something that is not a URL: check the base URL"))
    }

    /// A URL is trusted on the base's host, on a subdomain of its registered domain, or on a listed host; never with
    /// credentials in it, and never with less than the base's encryption.
    fn trusts(&self, url: &Url) -> bool {
        let base = &self.0.realm.base;
        let encrypted = url.href.starts_with("https://");
        let web = encrypted || url.href.starts_with("http://");
        let downgrade = base.href.starts_with("https://") && !encrypted;
        if !web || downgrade || url.has_credentials {
            return false;
        }
        let host = &url.host;
        *host == base.host
            || self.0.trusted.contains(host)
            || registered_domain(&base.host)
                .is_some_and(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')))
    }
}

fn untrusted(host: &str) -> Error {
    let message = match host {
        "" => "the service named a URL without a host: check the base URL".to_owned(),
        host => [
            "the service named a URL on `",
            host,
            "`, which is not one of its hosts: add it to the trusted hosts if you trust it",
        ]
        .concat(),
    };
    Error::new(Code::UntrustedUrl, message)
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
    if host.starts_with('[')
        || host.ends_with('.')
        || host.bytes().last().is_some_and(|last| last.is_ascii_digit())
    {
        return None;
    }
    // The last labels of the host, if it has so many.
    let tail = |labels: usize| {
        let mut start = host.len() + 1;
        for _ in 0..labels {
            let rest = host.as_bytes().get(..start.checked_sub(1)?)?;
            start = rest.iter().rposition(|byte| *byte == b'.').map_or(0, |dot| dot + 1);
        }
        host.get(start..)
    };
    let two = tail(2)?;
    if SHARED.contains(&two) {
        return None;
    }
    let (second, top) = cut(two, b".")?;
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
    fn a_listed_host_is_trusted() {
        let api = Api::new("https://api.example.com", Some("s3cret")).unwrap().trust("Files.Example.net");
        assert_eq!(api.resolve("//files.example.net/x").unwrap(), "https://files.example.net/x");
    }
}
