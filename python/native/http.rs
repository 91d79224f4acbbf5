//! Requests over the network: `reqwest`, with the system's certificates and proxies.

use std::sync::OnceLock;
use std::time::Duration;

use cloudconvert_core::{Reason, Response};
use tokio::sync::Semaphore;

use crate::certificates;
use crate::download::{apart, receive};
use crate::exchange::Exchange;
use crate::upload::ask;

/// How many downloads have a thread of their own.
const MAX_THREADS: usize = 64;
/// What the URL of a proxy begins with.
const PROXIES: [&str; 5] = ["http://", "https://", "socks4://", "socks5://", "socks5h://"];

/// How the network is reached.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// A proxy for everything; an empty one for none at all, not even the system's.
    pub(crate) proxy: Option<String>,
    /// Certificates to trust instead of the system's, as PEM.
    pub(crate) certificates: Option<Vec<u8>>,
    pub(crate) connect_timeout: Option<Duration>,
    /// The most requests that are out at once.
    pub(crate) connections: usize,
}

/// The connections of one client in one process.
pub(crate) struct Pool {
    settings: Settings,
    /// For `http`, which needs no certificates (reading those takes time and memory), and for `https`; those of the
    /// thread of all requests, and those whose connections belong to a download's own thread and are not kept.
    clients: [[OnceLock<reqwest::Client>; 2]; 2],
    permits: Semaphore,
    /// How many more downloads may have a thread of their own.
    threads: Semaphore,
}

impl Pool {
    /// # Errors
    /// A sentence about a setting that cannot be used.
    pub(crate) fn new(settings: Settings) -> Result<Self, String> {
        // Where there is a provider already, it is this one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let permits = Semaphore::new(settings.connections);
        let pool =
            Self { settings, clients: Default::default(), permits, threads: Semaphore::new(MAX_THREADS) };
        let _ = pool.clients[0][0].set(pool.build(false, false)?);
        if pool.settings.certificates.is_some() {
            let _ = pool.clients[0][1].set(pool.build(true, false)?);
        }
        Ok(pool)
    }

    fn build(&self, encrypted: bool, apart: bool) -> Result<reqwest::Client, String> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("cloudconvert-kit-python/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .tcp_nodelay(true)
            .pool_max_idle_per_host(if apart { 0 } else { usize::MAX })
            .connect_timeout(self.settings.connect_timeout.unwrap_or(Duration::from_secs(30)));
        match self.settings.proxy.as_deref() {
            Some("") => builder = builder.no_proxy(),
            Some(proxy) if !PROXIES.iter().any(|scheme| proxy.starts_with(scheme)) => {
                return Err("a proxy is a URL that begins with http://, https:// or socks5://".to_owned());
            }
            Some(proxy) => {
                builder = builder.proxy(reqwest::Proxy::all(proxy).map_err(|error| unusable(&error))?);
            }
            None => {}
        }
        builder = if encrypted {
            builder.tls_backend_preconfigured(certificates::config(self.settings.certificates.as_deref())?)
        } else {
            builder.tls_certs_only([])
        };
        builder.build().map_err(|error| unusable(&error))
    }

    fn client(&self, url: &str, apart: bool) -> Result<&reqwest::Client, Reason> {
        let encrypted = !url.starts_with("http://");
        let client = &self.clients[usize::from(apart)][usize::from(encrypted)];
        if client.get().is_none() {
            let _ = client.set(self.build(encrypted, apart).map_err(Reason::Input)?);
        }
        client.get().ok_or(Reason::Connection)
    }

    /// Sends a request and receives its answer. Dropped, it is aborted.
    pub(crate) async fn send(&self, exchange: &Exchange) -> Result<Response, Reason> {
        let _permit = self.permit(exchange).await;
        if exchange.is_long_download()
            && let Ok(_thread) = self.threads.try_acquire()
        {
            return apart(self.client(&exchange.request.url, true)?.clone(), exchange.clone()).await;
        }
        let answer = ask(self.client(&exchange.request.url, false)?, exchange).await?;
        receive(exchange, answer).await
    }

    /// Waits for its turn.
    async fn permit(&self, exchange: &Exchange) -> Option<tokio::sync::SemaphorePermit<'_>> {
        if let Ok(permit) = self.permits.try_acquire() {
            return Some(permit);
        }
        exchange.traffic.held(self.permits.acquire()).await.ok()
    }
}

/// What is wrong with what the user set.
fn unusable(error: &reqwest::Error) -> String {
    let said = certificates::say(error);
    if said.is_empty() { "it cannot be used: check how it is written".to_owned() } else { said }
}
