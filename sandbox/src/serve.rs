//! The server: connections, what every request passes through, and a clean stop.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::StreamExt;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use tokio::net::TcpListener;

use crate::app::{App, bearer};
use crate::config::Config;
use crate::error::ApiError;
use crate::fault::{Action, Cut, Kind};
use crate::routes;

/// A sandbox that listens.
pub struct Sandbox {
    app: Arc<App>,
    listener: TcpListener,
    address: SocketAddr,
    /// Removed with the sandbox, where no data folder was given.
    _temporary: Option<tempfile::TempDir>,
}

/// Marks an answer that never arrives: its connection is cut.
#[derive(Clone, Copy)]
struct CutOff;

impl Sandbox {
    /// Listens, and makes the data folder ready.
    ///
    /// # Errors
    /// Where the address is taken or the folder cannot be written.
    pub async fn bind(config: Config) -> io::Result<Self> {
        let listener = TcpListener::bind(config.listen).await?;
        let address = listener.local_addr()?;
        let temporary = if config.data.is_none() { Some(tempfile::tempdir()?) } else { None };
        let data = match (&config.data, &temporary) {
            (Some(data), _) => data.clone(),
            (None, Some(temporary)) => temporary.path().to_owned(),
            (None, None) => std::env::temp_dir(),
        };
        std::fs::create_dir_all(&data)?;
        let app = Arc::new(App::new(config, data)?);
        Ok(Self { app, listener, address, _temporary: temporary })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is done; then cancels what runs, and ends at once.
    ///
    /// # Errors
    /// Where no connection can be accepted any more.
    pub async fn run(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let app = &self.app;
        let router = routes::router(app)
            .layer(from_fn_with_state(app.clone(), faulty))
            .layer(from_fn(cross_origin))
            .with_state(app.clone());
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = self.listener.accept() => {
                    let (stream, _) = accepted?;
                    tokio::spawn(connection(stream, router.clone()));
                }
            }
        }
        app.clear();
        Ok(())
    }
}

/// One connection. An answer marked [`CutOff`] becomes an error, at which the connection is closed without a word.
async fn connection(stream: tokio::net::TcpStream, router: Router) {
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let service = hyper::service::service_fn(move |request| {
        let answer = hyper::service::Service::call(&router, request);
        async move {
            let answer: Result<Response, Infallible> = answer.await;
            let response = answer.unwrap_or_else(|never| match never {});
            if response.extensions().get::<CutOff>().is_some() {
                return Err(io::Error::other("cut off on demand"));
            }
            Ok(response)
        }
    });
    let _ = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// Pages on any origin may use the service.
async fn cross_origin(request: Request, next: Next) -> Response {
    let preflight = request.method() == Method::OPTIONS;
    let mut response =
        if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    let mut allow = |name: &'static str, value: &'static str| {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    };
    allow("access-control-allow-origin", "*");
    allow(
        "access-control-expose-headers",
        "Retry-After, Location, Content-Disposition, Content-Length, Content-Range, Accept-Ranges",
    );
    if preflight {
        allow("access-control-allow-methods", "GET, POST, PUT, DELETE, OPTIONS");
        allow("access-control-allow-headers", "Authorization, Content-Type, Range, X-Requested-With");
        allow("access-control-allow-private-network", "true");
        allow("access-control-max-age", "7200");
    }
    response
}

/// Notes the request down, holds it to its key's rate limit, and lets a fault strike it.
async fn faulty(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let query = request.uri().query().unwrap_or_default().to_owned();
    let Some(kind) = Kind::of(&method, &path, &query) else { return next.run(request).await };
    let key = key_of(&app, request.headers(), &path, &query);
    let sent_key = bearer(request.headers()).is_some() || query.contains("apikey=");
    let response = match key.map(|key| app.throttle.admit(&key)) {
        Some(Err(retry_after)) => {
            ApiError { status: 429, message: "Too many requests".into(), retry_after }.into_response()
        }
        _ => match app.faults.strike(kind) {
            Some(action) => struck(&app, action, &path, request, next).await,
            None => next.run(request).await,
        },
    };
    if app.config.admin {
        let status = response.extensions().get::<CutOff>().map_or(response.status().as_u16(), |_| 0);
        app.faults.record(
            json!({"method": method.as_str(), "path": path, "kind": kind, "key": sent_key, "status": status}),
        );
    }
    response
}

/// Whose request it is: by the key sent along, or by the process that it is about.
fn key_of(app: &App, headers: &HeaderMap, path: &str, query: &str) -> Option<String> {
    if let Some(key) = bearer(headers) {
        return Some(key.to_owned());
    }
    if let Some(key) = query.split('&').find_map(|pair| pair.strip_prefix("apikey=")) {
        return Some(key.to_owned());
    }
    process_of(app, path).map(|process| process.key.clone())
}

fn process_of(app: &App, path: &str) -> Option<Arc<crate::process::Process>> {
    let id = path.strip_prefix("/v1").unwrap_or(path).split('/').nth(2)?;
    app.process(id).ok().or_else(|| app.by_token(id))
}

async fn struck(app: &App, action: Action, path: &str, request: Request, next: Next) -> Response {
    tokio::time::sleep(action.delay()).await;
    if action.lose_process
        && let Some(process) = process_of(app, path)
    {
        app.remove(&process.id);
    }
    if action.cut == Some(Cut::Before) {
        return cut_off();
    }
    if let Some(bytes) = action.cut_upload_after {
        next.run(request.map(|body| half(body, bytes))).await;
        return cut_off();
    }
    if let Some(status) = action.status {
        return answer(status, &action);
    }
    let response = next.run(request).await;
    if action.cut == Some(Cut::After) {
        return cut_off();
    }
    match action.cut_download_after {
        Some(bytes) => response.map(|body| half(body, bytes)),
        None => response,
    }
}

fn cut_off() -> Response {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(CutOff);
    response
}

fn answer(status: u16, action: &Action) -> Response {
    let mut response = Body::from(action.body.clone()).into_response();
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &action.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    if !action.headers.keys().any(|name| name.eq_ignore_ascii_case("content-type")) {
        let kind = if action.body.starts_with('{') { "application/json" } else { "text/html" };
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    response
}

/// A body that breaks off after so many bytes.
fn half(body: Body, bytes: u64) -> Body {
    let mut left = usize::try_from(bytes).unwrap_or(usize::MAX);
    let mut broken = false;
    Body::from_stream(body.into_data_stream().map(move |chunk| {
        if broken {
            return Err(axum::Error::new(io::Error::other("cut off on demand")));
        }
        let mut chunk: Bytes = chunk?;
        if chunk.len() >= left {
            broken = true;
            chunk.truncate(left);
        }
        left -= chunk.len();
        Ok(chunk)
    }))
}
