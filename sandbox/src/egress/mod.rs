//! Requests that the service itself makes, because a client named a URL: for inputs (`input=download`) and callbacks.
//!
//! Strangers must not reach through it what only this machine reaches. Where a request really goes is judged: a name is
//! resolved here, and connected to are only those of its addresses that are allowed; an address that stands in a URL
//! is judged before it is asked, and so is each redirect. No proxy is used, because then the proxy would decide.

mod network;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
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
        let client = reqwest::Client::builder()
            .user_agent("cloudconvert-sandbox")
            .no_proxy()
            .referer(false)
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(Duration::from_mins(1))
            .timeout(Duration::from_hours(1))
            .dns_resolver(Resolver(allowed.clone()))
            .redirect(Policy::none())
            .build()
            .map_err(std::io::Error::other)?;
        Ok(Self { client, allowed })
    }

    /// Asks for a URL. What was named for one server is none of another's business, so headers stay with the first.
    pub(crate) async fn get(
        &self,
        url: &Url,
        headers: &HeaderMap,
        patience: Duration,
    ) -> Result<reqwest::Response, ApiError> {
        self.send(url, headers.clone(), None, patience).await
    }

    /// Sends JSON with its signature (`CloudConvert-Signature`), under the same rules. A redirect that would make another
    /// request of it is its answer.
    pub(crate) async fn post(
        &self,
        url: &Url,
        body: &str,
        signature: &str,
    ) -> Result<reqwest::Response, ApiError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let signature = HeaderValue::from_str(signature).map_err(|_| unreachable())?;
        headers.insert("cloudconvert-signature", signature);
        self.send(url, headers, Some(body), POST_TIME).await
    }

    /// Asks for a URL, or sends it a body, and goes on where that redirects to.
    async fn send(
        &self,
        url: &Url,
        mut headers: HeaderMap,
        body: Option<&str>,
        patience: Duration,
    ) -> Result<reqwest::Response, ApiError> {
        let (begun, mut url) = (Instant::now(), url.clone());
        for _ in 0..=MAX_REDIRECTS {
            let request = match body {
                Some(body) => self.client.post(url.clone()).body(body.to_owned()),
                None => self.client.get(url.clone()),
            };
            let left = patience.saturating_sub(begun.elapsed());
            let answer = self.send_once(&url, request.headers(headers.clone()).timeout(left)).await?;
            let Some(next) = redirect(&answer, body.is_some()) else { return Ok(answer) };
            if body.is_none() && next.origin() != url.origin() {
                headers.clear();
            }
            url = next;
        }
        Err(unreachable())
    }

    async fn send_once(
        &self,
        url: &Url,
        request: reqwest::RequestBuilder,
    ) -> Result<reqwest::Response, ApiError> {
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

    /// Why a URL is never asked, behind the name of its parameter; none where it may be, as far as can be told without a
    /// look-up.
    pub(crate) fn refuses(&self, url: &Url) -> Option<&'static str> {
        let why = "is on a network that this service does not call; its option --allow-fetch allows one";
        (!self.allowed.url(url)).then_some(why)
    }
}

/// All that can go wrong before there is an answer is the same error, so that nobody can find out by it what there is in a
/// network that is not allowed, or which ports are open.
fn unreachable() -> ApiError {
    let message = "The URL could not be asked: no web server answers there that this service may ask, or there are too \
                   many redirects";
    ApiError::new(422, message)
}

/// Where an answer redirects to; with a body, where the same request is to be sent again.
fn redirect(answer: &reqwest::Response, with_body: bool) -> Option<Url> {
    match answer.status().as_u16() {
        307 | 308 => {}
        301..=303 if !with_body => {}
        _ => return None,
    }
    let place = answer.headers().get(header::LOCATION)?.as_bytes();
    let next = answer.url().join(std::str::from_utf8(place).ok()?).ok()?;
    matches!(next.scheme(), "http" | "https").then_some(next)
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
