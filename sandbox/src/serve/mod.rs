//! The server: it listens, hands requests to the endpoints, and stops cleanly.

mod connection;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{Method, header};
use axum::middleware::{from_fn_with_state, map_response};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

use crate::app::App;
use crate::config::Config;
use crate::engine::missing;
use crate::{error, fault, routes};

/// How many connections are open at once; others wait to be accepted.
const MAX_CONNECTIONS: usize = 1024;
/// How long engines may take to stop.
const PATIENCE: Duration = Duration::from_secs(2);

/// A sandbox that listens.
pub struct Sandbox {
    app: Arc<App>,
    listener: TcpListener,
    address: SocketAddr,
    /// Everything on disk; goes away with the sandbox.
    data: tempfile::TempDir,
}

impl Sandbox {
    /// Listens, and makes the data folder ready.
    ///
    /// # Errors
    /// Where the address is taken, or the folder cannot be written.
    pub async fn bind(config: Config) -> io::Result<Self> {
        let listener = TcpListener::bind(config.listen).await?;
        let address = listener.local_addr()?;
        let mut folder = tempfile::Builder::new();
        folder.prefix("cloudconvert-sandbox-");
        let data = match &config.data {
            Some(data) => {
                std::fs::create_dir_all(data)?;
                folder.tempdir_in(data)?
            }
            None => folder.tempdir()?,
        };
        if let Some(worker) = &config.worker {
            for lack in missing(worker)?.0 {
                eprintln!(
                    "warning: this system cannot run engines {lack}; see the README, \"What it withstands\""
                );
            }
        }
        let app = Arc::new(App::new(config, address.to_string(), data.path())?);
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
        let mut connections = JoinSet::new();
        tokio::select! {
            () = accept(&self.listener, router(&self.app), &mut connections) => {}
            () = stop => {}
        }
        drop(self.listener);
        connections.shutdown().await;
        self.app.processes.clear();
        self.app.jobs.clear();
        // Engines notice that they are cancelled, and write no more once they have ended.
        let _ = tokio::time::timeout(PATIENCE, self.app.queue.idle()).await;
        self.data.close()
    }
}

/// Accepts connections for ever. Where it cannot, for want of file descriptors say, it tries again a little later.
async fn accept(listener: &TcpListener, router: Router, connections: &mut JoinSet<()>) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let connection = connection::serve(stream, router.clone());
                connections.spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

/// The endpoints, and what every request passes through on its way to them.
fn router(app: &Arc<App>) -> Router {
    let resumable = app.config.resumable;
    let api = routes::api()
        .layer(map_response(error::as_json))
        .layer(from_fn_with_state(app.clone(), fault::middleware))
        .layer(map_response(move |response| routes::count_download(resumable, response)))
        .layer(cross_origin());
    let admin = if app.config.admin { routes::admin() } else { Router::new() };
    api.merge(admin.layer(map_response(error::as_json))).with_state(app.clone())
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
        ])
        .max_age(Duration::from_hours(2))
}
