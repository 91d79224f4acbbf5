//! The service: it listens, hands requests to the endpoints, and stops cleanly.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, Method, header};
use axum::middleware::{from_fn_with_state, map_response};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

use crate::app::App;
use crate::config::Config;
use crate::engine::missing;
use crate::jobs::{Memory, Store};
use crate::serve::{Data, Peer, Places};
use crate::{error, fault, routes, serve};

/// How long engines may take to stop.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long clients of what has just ended have to ask for its result.
const QUIET: Duration = Duration::from_secs(1);

/// A sandbox that listens.
pub struct Sandbox {
    app: Arc<App>,
    listener: TcpListener,
    address: SocketAddr,
    /// Everything on disk; goes away with the sandbox.
    data: Data,
}

impl Sandbox {
    /// Listens, and makes the data folder ready.
    ///
    /// # Errors
    /// Where the address is taken, the folder cannot be written, or commands are allowed that cannot be held in.
    pub async fn bind(config: Config) -> io::Result<Self> {
        Self::bind_with(config, Arc::new(Memory::default())).await
    }

    /// As [`Sandbox::bind`], with the state in this store instead of in memory. Files are not in it: they are in the data folder,
    /// which goes away with the sandbox, and its jobs go with them.
    ///
    /// # Errors
    /// As [`Sandbox::bind`].
    pub async fn bind_with(config: Config, store: Arc<dyn Store>) -> io::Result<Self> {
        let listener = TcpListener::bind(config.listen).await?;
        let address = listener.local_addr()?;
        let data = Data::create(config.data.as_deref())?;
        let lacks = config.worker.as_deref().map(missing).transpose()?.unwrap_or_default().0;
        for lack in &lacks {
            tracing::warn!("this system cannot run engines {lack}; see the README, \"What it withstands\"");
        }
        if !config.commands.is_empty() && (config.worker.is_none() || !lacks.is_empty()) {
            let message = "commands of users cannot be allowed here, because they cannot be held in";
            return Err(io::Error::other(message));
        }
        let app = Arc::new(App::new(config, address.to_string(), data.path(), store)?);
        Ok(Self { app, listener, address, data })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is done; then cuts all connections, cancels what runs and deletes all files.
    ///
    /// # Errors
    /// Where the files cannot be deleted.
    pub async fn run(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        self.run_until(std::future::pending(), stop).await
    }

    /// As [`Sandbox::run`] with `stop`. When `finish` is done it takes no new conversions, and stops by itself as soon as
    /// no conversion, upload or download goes on, [`Config::grace`] later at the latest.
    ///
    /// # Errors
    /// Where the files cannot be deleted.
    pub async fn run_until(
        self,
        finish: impl Future<Output = ()>,
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let mut connections = JoinSet::new();
        let finished = async {
            finish.await;
            self.app.stopping.cancel();
            let _ = tokio::time::timeout(self.app.config.grace, self.finished()).await;
        };
        tokio::select! {
            () = accept(&self.listener, &self.app, &mut connections) => {}
            () = finished => {}
            () = stop => {}
        }
        self.app.stopping.cancel();
        drop(self.listener);
        connections.shutdown().await;
        self.app.jobs.clear(PATIENCE).await;
        self.data.close()
    }

    /// Waits until nothing goes on, and nobody asks for what has just ended.
    async fn finished(&self) {
        while self.app.jobs.idle().await {
            tokio::time::sleep(QUIET).await;
        }
    }
}

/// Accepts connections for ever. Where it cannot, for want of file descriptors say, it tries again a little later.
async fn accept(listener: &TcpListener, app: &Arc<App>, connections: &mut JoinSet<()>) {
    let (router, places) = (router(app), Places::new(app.config.connections));
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let (seat, peer) = (places.take().await, Peer(peer.ip()));
                connections.spawn(serve::connection(stream, peer, seat, router.clone(), app.config.silence));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

/// The endpoints, and what every request passes through on its way to them.
fn router(app: &Arc<App>) -> Router {
    let losing = app.clone();
    let target = fault::Target {
        faults: app.jobs.faults.clone(),
        journal: app.journal.clone(),
        kind: routes::kind,
        lose: Arc::new(move |path| routes::lose(&losing, path)),
    };
    let resumable = app.config.resumable;
    let api = routes::api(app)
        .layer(map_response(error::as_json))
        .layer(from_fn_with_state(target, fault::middleware))
        .layer(map_response(move |response| routes::count_download(resumable, response)))
        .layer(from_fn_with_state(app.clone(), serve::host))
        .layer(cross_origin());
    let admin = if app.config.admin_key.is_some() { routes::admin(app) } else { Router::new() };
    let admin = admin.layer(map_response(error::as_json)).layer(from_fn_with_state(app.clone(), serve::host));
    api.merge(admin)
        .layer(from_fn_with_state(routes::kind as fault::KindOf, serve::log))
        .with_state(app.clone())
}

/// Pages on any origin may use the service.
fn cross_origin() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .allow_private_network(true)
        .expose_headers([
            header::RETRY_AFTER,
            header::LOCATION,
            header::CONTENT_DISPOSITION,
            header::CONTENT_LENGTH,
            header::CONTENT_RANGE,
            header::ACCEPT_RANGES,
            header::ETAG,
            HeaderName::from_static("x-ratelimit-limit"),
            HeaderName::from_static("x-ratelimit-remaining"),
        ])
        .max_age(Duration::from_hours(2))
}
