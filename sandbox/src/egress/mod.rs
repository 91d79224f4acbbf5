//! Requests that the service itself makes, because a client named a URL: for inputs (`input=download`) and callbacks.
//!
//! Strangers must not reach through it what only this machine reaches. Where a request really goes is judged: a name is
//! resolved here, and connected to are only those of its addresses that are allowed; an address that stands in a URL
//! is judged before it is asked, and so is each redirect. No proxy is used, because then the proxy would decide.

mod network;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::HeaderMap;
use reqwest::redirect::{Attempt, Policy};
use url::Host;

use crate::error::ApiError;

pub use network::Network;

/// How many redirects are followed.
const MAX_REDIRECTS: usize = 10;
/// How long the answer to a webhook may take.
const POST_TIME: Duration = Duration::from_secs(30);

/// A client that reaches only what it may.
pub(crate) struct Egress {
    client: reqwest::Client,
    allowed: Arc<Allowed>,
}

impl Egress {
    /// `networks` are allowed besides the public internet.
    pub(crate) fn new(networks: Vec<Network>) -> std::io::Result<Self> {
        // It fails where the program has chosen another already, which does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let allowed = Arc::new(Allowed::new(networks));
        let redirects = allowed.clone();
        let client = reqwest::Client::builder()
            .user_agent("cloudconvert-sandbox")
            .no_proxy()
            .referer(false)
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(Duration::from_mins(1))
            .timeout(Duration::from_hours(1))
            .dns_resolver(Resolver(allowed.clone()))
            .redirect(Policy::custom(move |attempt| redirects.follow(attempt)))
            .build()
            .map_err(std::io::Error::other)?;
        Ok(Self { client, allowed })
    }

    /// Asks for a URL. All that can go wrong before there is an answer is the same error, so that nobody can find out
    /// by it what there is in a network that is not allowed, or which ports are open.
    pub(crate) async fn get(
        &self,
        url: &Url,
        headers: &HeaderMap,
        patience: Duration,
    ) -> Result<reqwest::Response, ApiError> {
        self.send(url, self.client.get(url.clone()).headers(headers.clone()).timeout(patience)).await
    }

    async fn send(&self, url: &Url, request: reqwest::RequestBuilder) -> Result<reqwest::Response, ApiError> {
        let unreachable = || {
            ApiError::new(
                422,
                "The URL could not be asked: no web server answers there that this service may ask, or there are too \
                 many redirects",
            )
        };
        if !self.allowed.url(url) {
            return Err(unreachable());
        }
        let answer = request.send().await;
        // Once more, by what it was connected to.
        let answer = answer
            .ok()
            .filter(|answer| answer.remote_addr().is_none_or(|address| self.allowed.address(address.ip())));
        answer.ok_or_else(unreachable)
    }

    /// Sends JSON with its signature (`CloudConvert-Signature`), under the same rules.
    pub(crate) async fn post(
        &self,
        url: &Url,
        body: &str,
        signature: &str,
    ) -> Result<reqwest::Response, ApiError> {
        let request = self.client.post(url.clone()).header("content-type", "application/json");
        self.send(
            url,
            request.header("cloudconvert-signature", signature).body(body.to_owned()).timeout(POST_TIME),
        )
        .await
    }

    /// Whether a URL may be asked, as far as can be told without a look-up.
    pub(crate) fn may_ask(&self, url: &Url) -> bool {
        self.allowed.url(url)
    }
}

/// Where requests may go.
pub(crate) struct Allowed(Vec<Network>);

impl Allowed {
    /// The public internet and these networks.
    pub(crate) fn new(networks: Vec<Network>) -> Self {
        Self(networks)
    }

    /// Whether this address may be connected to.
    pub(crate) fn address(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address)) || network::is_public(address)
    }

    /// False for an address that is not allowed; a name is judged when it is resolved.
    fn url(&self, url: &Url) -> bool {
        match url.host() {
            Some(Host::Ipv4(address)) => self.address(address.into()),
            Some(Host::Ipv6(address)) => self.address(address.into()),
            Some(Host::Domain(name)) => {
                let name = name.trim_end_matches('.');
                let local = name == "localhost" || name.ends_with(".localhost");
                !local || self.address(IpAddr::from([127, 0, 0, 1]))
            }
            None => false,
        }
    }

    fn follow(&self, attempt: Attempt) -> reqwest::redirect::Action {
        if attempt.previous().len() > MAX_REDIRECTS {
            attempt.error("too many redirects")
        } else if !self.url(attempt.url()) {
            attempt.error("not allowed")
        } else {
            attempt.follow()
        }
    }
}

/// Resolves names to those of their addresses that are allowed.
struct Resolver(Arc<Allowed>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.filter(|found| allowed.address(found.ip())).collect();
            if found.is_empty() {
                return Err("no address of the name is allowed".into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
