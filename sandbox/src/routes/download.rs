//! `GET` of `output.url`: the output, whole or in part. After the first whole download it is gone, unless saved.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::StreamExt;
use tower_http::services::ServeFile;

use super::query;
use crate::app::App;
use crate::disposition::attachment;
use crate::error::ApiError;
use crate::process::{Output, Process, Served};

/// `output.url`: the file, or a ZIP of several.
pub(super) async fn whole(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let process = app.by_download(&token)?;
    let output = finished(&process).await?;
    serve(&process, output.whole, request).await
}

/// `output.url/file.ext`: one of several files.
pub(super) async fn single(
    State(app): State<Arc<App>>,
    Path((token, name)): Path<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let process = app.by_download(&token)?;
    let output = finished(&process).await?;
    let file = output.named(&name).cloned().ok_or_else(|| ApiError::not_found("Output file"))?;
    serve(&process, file, request).await
}

/// The output of a process that may still run: a request that comes too early blocks until it has ended.
pub(super) async fn finished(process: &Process) -> Result<Output, ApiError> {
    process.ended().await;
    let state = process.state.borrow();
    match &state.failure {
        Some(failure) => Err(failure.clone()),
        None => state.output.clone().ok_or_else(|| ApiError::not_found("Output")),
    }
}

/// Serves a file. `?inline` shows it in the browser instead of offering to save it.
pub(super) async fn serve(
    process: &Arc<Process>,
    file: Served,
    mut request: Request,
) -> Result<Response, ApiError> {
    let inline = query(&request)?.named("inline");
    // No validator is ever sent that it could agree with.
    if request.headers().contains_key(header::IF_RANGE) {
        request.headers_mut().remove(header::RANGE);
    }
    let served = ServeFile::new(&file.path).try_call(request).await.map_err(ApiError::io)?;
    let mut response = served.map(Body::new);
    if response.status() == StatusCode::NOT_FOUND {
        return Err(ApiError::not_found("Output"));
    }
    let headers = response.headers_mut();
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if matches!(kind, "text/html" | "text/plain")
        && let Ok(kind) = HeaderValue::from_str(&format!("{kind}; charset=utf-8"))
    {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if let Ok(disposition) = HeaderValue::from_str(&attachment(&file.name, inline)) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    // A page of the service's own must not run what somebody converted.
    for (name, value) in [("content-security-policy", "sandbox"), ("x-content-type-options", "nosniff")] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if let Some(sending) = Sending::of(&response, process, file) {
        response.extensions_mut().insert(sending);
    }
    Ok(response)
}

/// A part of a file on its way to the client.
#[derive(Clone)]
struct Sending {
    process: Arc<Process>,
    file: Served,
    from: u64,
    to: u64,
}

impl Sending {
    fn of(response: &Response, process: &Arc<Process>, file: Served) -> Option<Self> {
        let (from, to) = match response.status() {
            StatusCode::OK => (0, file.size),
            StatusCode::PARTIAL_CONTENT => {
                let range = response.headers().get(header::CONTENT_RANGE)?.to_str().ok()?;
                let (from, to) = range.strip_prefix("bytes ")?.split_once('/')?.0.split_once('-')?;
                (from.parse().ok()?, to.parse::<u64>().ok()? + 1)
            }
            _ => return None,
        };
        Some(Self { process: process.clone(), file, from, to })
    }
}

/// Counts what leaves of a download. Lies around the faults, so what they cut off does not count.
pub(crate) async fn count(mut response: Response) -> Response {
    let Some(sending) = response.extensions_mut().remove::<Sending>() else { return response };
    response.map(|body| {
        let mut counter = Counter { sent: sending.from, sending: Some(sending) };
        Body::from_stream(body.into_data_stream().map(move |chunk| {
            counter.count(chunk.as_ref().map_or(0, Bytes::len));
            chunk
        }))
    })
}

/// Notes a download when its last byte was handed out, or when it breaks off before.
struct Counter {
    sending: Option<Sending>,
    sent: u64,
}

impl Counter {
    fn count(&mut self, bytes: usize) {
        self.sent += bytes as u64;
        if self.sending.as_ref().is_some_and(|sending| self.sent >= sending.to) {
            self.note();
        }
    }

    fn note(&mut self) {
        if let Some(sending) = self.sending.take() {
            sending.process.downloaded(&sending.file, sending.from, self.sent);
        }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.note();
    }
}
