//! The name under which clients know the service. It gets into URLs, so it has to be one.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, Version, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::error::ApiError;
use crate::public_url::is_host;

/// A host that is checked, with its port if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    /// What stands in URLs.
    pub(crate) public: String,
    secure: bool,
    /// By what the client reached the service.
    pub(crate) asked: String,
}

/// Tells requests their host, where it is one. Each version refuses the others in its own words.
pub(crate) async fn middleware(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let asked = asked(request.uri(), request.headers(), request.version(), &app.address);
    if let Some(asked) = asked {
        let (public, secure) = match &app.config.public_url {
            Some(url) => (url.host.clone(), url.secure),
            None => (asked.clone(), false),
        };
        request.extensions_mut().insert(Host { public, secure, asked });
    }
    next.run(request).await
}

impl<S: Send + Sync> FromRequestParts<S> for Host {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let wrong = "The request needs one Host header with a host name or an address, and a port if need be";
        parts.extensions.get().cloned().ok_or_else(|| ApiError::bad_request(wrong))
    }
}

impl Host {
    /// The address of the service, for whole URLs: `http://127.0.0.1:8000`.
    pub(crate) fn base(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}", self.public)
    }

    /// Whether it is this machine's name for itself, or the address at which the service listens.
    pub(crate) fn is_local(&self, address: &str) -> bool {
        let name = self.asked.rsplit_once(':').map_or(self.asked.as_str(), |(name, port)| {
            if port.ends_with(']') { self.asked.as_str() } else { name }
        });
        let name = name.trim_matches(['[', ']']);
        self.asked == address
            || name.eq_ignore_ascii_case("localhost")
            || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// The host that a request names. Only HTTP/1.0 need not.
fn asked(uri: &Uri, headers: &HeaderMap, version: Version, own: &str) -> Option<String> {
    let mut named = headers.get_all(header::HOST).iter();
    let host = match (named.next(), named.next(), uri.authority()) {
        (_, Some(_), _) => return None,
        (_, None, Some(authority)) => authority.as_str(),
        (Some(host), None, None) => host.to_str().ok()?,
        (None, None, None) if version == Version::HTTP_10 => own,
        (None, None, None) => return None,
    };
    is_host(host).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_local() {
        let local = |asked: &str| {
            Host { public: String::new(), secure: false, asked: asked.to_owned() }.is_local("192.0.2.7:80")
        };
        for host in
            ["localhost", "LOCALHOST:1", "127.0.0.1:80", "127.8.8.8", "[::1]", "[::1]:1", "192.0.2.7:80"]
        {
            assert!(local(host), "{host}");
        }
        for host in ["example.org", "localhost.example.org", "192.0.2.7", "192.0.2.8:80", "[::2]"] {
            assert!(!local(host), "{host}");
        }
    }
}
