//! What every request passes through: it is noted down, and a fault may strike it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde_json::json;

use super::{Cut, Faults, Journal, Kind, Rule};
use crate::keys::bearer;

/// Marks an answer that never arrives: its connection is cut.
#[derive(Clone, Copy)]
pub(crate) struct CutOff;

/// What kind of request it is; none for what is no call of the API.
pub(crate) type KindOf = fn(&Request) -> Option<Kind>;

/// What a fault may strike, and where it is noted down.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) faults: Arc<Faults>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) kind: KindOf,
    /// Deletes the process or the job of a path.
    pub(crate) lose: Arc<dyn Fn(&str) + Send + Sync>,
}

pub(crate) async fn middleware(State(target): State<Target>, request: Request, next: Next) -> Response {
    let Some(kind) = (target.kind)(&request) else { return next.run(request).await };
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let query = uri.query().unwrap_or_default();
    let sent_key = bearer(request.headers()).is_some() || query.contains("apikey=");
    let response = match target.faults.strike(kind) {
        Some(rule) => struck(&target, rule, request, next).await,
        None => next.run(request).await,
    };
    target.journal.record(|| {
        let cut = response.extensions().get::<CutOff>().is_some();
        let status = if cut { 0 } else { response.status().as_u16() };
        let path = Journal::path(uri.path());
        json!({"method": method.as_str(), "path": path, "kind": kind, "key": sent_key, "status": status})
    });
    response
}

async fn struck(target: &Target, rule: Rule, request: Request, next: Next) -> Response {
    tokio::time::sleep(Duration::from_millis(rule.delay_ms)).await;
    if rule.lose_process {
        (target.lose)(request.uri().path());
    }
    if rule.cut == Some(Cut::Before) {
        return cut_off();
    }
    if let Some(bytes) = rule.cut_upload_after {
        next.run(request.map(|body| half(body, bytes))).await;
        return cut_off();
    }
    let response = match rule.status {
        None => next.run(request).await,
        Some(status) => {
            if rule.done {
                next.run(request).await;
            }
            answer(status, &rule)
        }
    };
    if rule.cut == Some(Cut::After) {
        return cut_off();
    }
    match rule.cut_download_after {
        Some(bytes) => response.map(|body| half(body, bytes)),
        None => response,
    }
}

fn cut_off() -> Response {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(CutOff);
    response
}

fn answer(status: u16, rule: &Rule) -> Response {
    let body = rule.body.clone().unwrap_or_default();
    let kind = if body.starts_with('{') { "application/json" } else { "text/html" };
    let mut response = Body::from(body).into_response();
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    for (name, value) in &rule.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A body that breaks off after so many bytes. Of the rest nothing is asked for, so it does not count as sent.
fn half(body: Body, bytes: u64) -> Body {
    let left = usize::try_from(bytes).unwrap_or(usize::MAX);
    let chunks = stream::unfold((body.into_data_stream(), left), async |(mut chunks, left)| {
        if left == 0 {
            // Time for what came before to leave.
            tokio::time::sleep(Duration::from_millis(50)).await;
            return Some((Err(axum::Error::new(io::Error::other("cut off on demand"))), (chunks, 0)));
        }
        let chunk = chunks.next().await?.map(|mut chunk| {
            chunk.truncate(left);
            chunk
        });
        let left = left - chunk.as_ref().map_or(0, Bytes::len);
        Some((chunk, (chunks, left)))
    });
    Body::from_stream(chunks)
}
