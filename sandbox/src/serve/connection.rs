//! One connection.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower_http::timeout::TimeoutBody;

use super::heard::Heard;
use super::seat::Seat;
use super::stream::Stream;
use crate::error::ApiError;
use crate::fault::CutOff;

/// How long to read on when all is said: see [`linger`].
const LINGER: Duration = Duration::from_secs(5);
/// How much of a connection is held in memory each way, the head of a request among it.
const MAX_BUFFER: usize = 64 << 10;
/// How much the system holds of an answer that it has not sent.
#[cfg(target_os = "linux")]
const UNSENT: u32 = 64 << 10;

/// Who is at the other end.
#[derive(Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get().copied().ok_or_else(|| ApiError::new(500, "The service had an internal error"))
    }
}

/// Serves one connection to its end, or until its place is given to another. A client that is silent for so long while
/// it is its turn is given up on.
pub(crate) async fn serve(stream: TcpStream, peer: Peer, seat: Seat, router: Router, silence: Duration) {
    let _ = stream.set_nodelay(true);
    // The system takes more whenever the client has taken some, so that a slow one is told from a silent one.
    #[cfg(target_os = "linux")]
    let _ = socket2::SockRef::from(&stream).set_tcp_notsent_lowat(UNSENT);
    let lost = seat.lost();
    let talk = async {
        if asks_for_events(&stream, silence).await {
            listen(Stream::new(stream, seat.clone(), silence), peer, &seat, router, silence).await;
        } else {
            converse(Stream::new(stream, seat.clone(), silence), peer, &seat, router, silence).await;
        }
    };
    tokio::select! {
        () = lost => {}
        () = talk => {}
    }
    seat.leave();
}

/// Whether a connection begins with what a client of socket.io sends.
async fn asks_for_events(stream: &TcpStream, silence: Duration) -> bool {
    const BEGINNING: &[u8] = b"GET /socket.io/";
    let mut seen = [0; BEGINNING.len()];
    let look = async {
        loop {
            let count = stream.peek(&mut seen).await.unwrap_or_default();
            if count == BEGINNING.len() || count == 0 || seen[..count] != BEGINNING[..count] {
                return seen == BEGINNING;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(silence, look).await.unwrap_or_default()
}

/// A connection that may become a WebSocket. Who listens to nothing keeps a place of those who work, and may lose it.
async fn listen(stream: Stream, peer: Peer, seat: &Seat, router: Router, silence: Duration) {
    let closed = CancellationToken::new();
    let stream = stream.tell_end(closed.clone().drop_guard());
    let service = service(peer, seat.clone(), router, silence, false);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(silence)
        .max_buf_size(MAX_BUFFER)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    if connection.await.is_ok() {
        closed.cancelled().await;
    }
}

async fn converse(stream: Stream, peer: Peer, seat: &Seat, router: Router, silence: Duration) {
    let service = service(peer, seat.clone(), router, silence, true);
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(silence)
        .max_buf_size(MAX_BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    let ended = std::future::poll_fn(|context| connection.poll_without_shutdown(context)).await;
    if ended.is_ok() {
        linger(connection.into_parts().io.into_inner().into_inner()).await;
    }
}

/// What answers the requests of a connection. Where it works for its client, that one keeps its place until the answer.
fn service(
    peer: Peer,
    seat: Seat,
    router: Router,
    silence: Duration,
    works: bool,
) -> impl Service<hyper::Request<Incoming>, Response = Response, Error = io::Error, Future: Send + Unpin> {
    let router = TowerToHyperService::new(router);
    service_fn(move |request: hyper::Request<Incoming>| {
        seat.begin();
        let heard = |body| Heard::new(body, works.then(|| seat.clone()));
        let mut request = request.map(|body| Body::new(TimeoutBody::new(silence, heard(body))));
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(seat.clone());
        let (answer, seat) = (answer(router.call(request)), seat.clone());
        Box::pin(async move {
            let answer = answer.await;
            seat.begin();
            answer
        })
    })
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
