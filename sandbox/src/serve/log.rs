//! A line for each request. Neither a path nor a query is in it: who knows the URL of a process can use it.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tracing::field::{Empty, display};
use tracing::{Instrument, info, info_span};

use super::connection::Peer;
use crate::fault::{CutOff, KindOf};

pub(crate) async fn middleware(State(kind): State<KindOf>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let kind = kind(&request).map_or("other".to_owned(), |kind| format!("{kind:?}").to_lowercase());
    let span = info_span!("request", method = %request.method(), kind, from = Empty, job = Empty);
    if let Some(Peer(address)) = request.extensions().get() {
        span.record("from", display(address));
    }
    let response = next.run(request).instrument(span.clone()).await;
    let cut = response.extensions().get::<CutOff>().is_some();
    let status = if cut { 0 } else { response.status().as_u16() };
    span.in_scope(|| info!(status, ms = begun.elapsed().as_millis(), "answered"));
    response
}
