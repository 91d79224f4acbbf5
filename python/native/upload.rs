//! Requests on their way out.

use std::io;

use bytes::Bytes;
use cloudconvert_core::{self as core, Method, Reason};
use futures_util::stream;
use pyo3::exceptions::PyConnectionError;
use tokio::task::JoinHandle;

use crate::certificates;
use crate::exchange::{Exchange, Pieces};
use crate::reader::Wait;

/// Sends a request.
pub(crate) async fn ask(client: &reqwest::Client, exchange: &Exchange) -> Result<reqwest::Response, Reason> {
    let request = &exchange.request;
    let method = match request.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Delete => reqwest::Method::DELETE,
    };
    let mut builder = client.request(method, &request.url);
    for (name, value) in &request.headers {
        builder = builder.header(*name, value);
    }
    match &request.body {
        core::Body::Empty => {}
        core::Body::Bytes(bytes) => builder = builder.body(bytes.clone()),
        core::Body::Stream { .. } => {
            if let Some(length) = exchange.length() {
                if length == 0 {
                    // Nothing would read it: it may not be empty any more.
                    let (_, piece) = read(exchange.body()).await.map_err(|_| Reason::Connection)?;
                    piece.map_err(|_| exchange.traffic.reason(Reason::Connection))?;
                }
                builder = builder.header(reqwest::header::CONTENT_LENGTH, length);
            }
            let body = Body::Here(exchange.body());
            builder = builder.body(reqwest::Body::wrap_stream(body.stream()));
        }
    }
    builder.send().await.map_err(|error| {
        broken(exchange, &error);
        exchange.traffic.reason(certificates::reason(&error))
    })
}

/// The connection broke: there is no answer, or no more of it. What was seen is kept as the cause.
pub(crate) fn broken(exchange: &Exchange, error: &reqwest::Error) -> Reason {
    exchange.traffic.failed(PyConnectionError::new_err(certificates::say(error)));
    Reason::Connection
}

/// A body: what is in memory is read at once, the rest one piece ahead of what is sent.
enum Body {
    Here(Pieces),
    Coming(JoinHandle<Read>),
}

/// A piece that was read, and the reader for the next one.
type Read = (Pieces, io::Result<Option<Bytes>>);

impl Body {
    fn stream(self) -> impl futures_util::Stream<Item = io::Result<Bytes>> {
        stream::unfold(Some(self), |body| async { body?.piece().await })
    }

    /// The next piece, and what follows it.
    async fn piece(self) -> Option<(io::Result<Bytes>, Option<Self>)> {
        let coming = match self {
            Self::Coming(coming) => coming,
            Self::Here(mut pieces) => match pieces.next(Wait::No) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => read(pieces),
                piece => return Some((piece.transpose()?, Some(Self::Here(pieces)))),
            },
        };
        match coming.await {
            Ok((pieces, piece)) => {
                let piece = piece.transpose()?;
                let body = if pieces.waits() { Self::Coming(read(pieces)) } else { Self::Here(pieces) };
                Some((piece, Some(body)))
            }
            Err(error) => Some((Err(io::Error::other(error)), None)),
        }
    }
}

fn read(mut pieces: Pieces) -> JoinHandle<Read> {
    tokio::task::spawn_blocking(move || {
        let piece = pieces.next(Wait::Yes);
        (pieces, piece)
    })
}
