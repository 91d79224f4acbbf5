//! One connection.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::fault::CutOff;

/// How long a connection may lie idle.
const IDLE: Duration = Duration::from_mins(1);
/// How long to read on when all is said: see [`linger`].
const LINGER: Duration = Duration::from_secs(5);

/// Serves one connection to its end.
pub(super) async fn serve(stream: TcpStream, router: Router) {
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let service = service_fn(|request: hyper::Request<Incoming>| Box::pin(answer(router.call(request))));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .serve_connection(TokioIo::new(stream), service);
    let ended = std::future::poll_fn(|context| connection.poll_without_shutdown(context)).await;
    if ended.is_ok() {
        linger(connection.into_parts().io.into_inner()).await;
    }
}

/// An answer that is marked [`CutOff`] becomes an error, at which the connection is closed without a word.
async fn answer(response: impl Future<Output = Result<Response, Infallible>>) -> Result<Response, io::Error> {
    let response = response.await.unwrap_or_else(|never| match never {});
    if response.extensions().get::<CutOff>().is_some() {
        return Err(io::Error::other("cut off on demand"));
    }
    Ok(response)
}

/// Reads on for a while what the client still sends. A connection that is closed with unread bytes is reset, and the
/// client may never see the answer: that its upload is too large, say.
async fn linger(mut stream: TcpStream) {
    let _ = stream.shutdown().await;
    let mut unread = vec![0; 16 << 10];
    let read = async { while stream.read(&mut unread).await.is_ok_and(|count| count > 0) {} };
    let _ = tokio::time::timeout(LINGER, read).await;
}
