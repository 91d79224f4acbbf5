//! `GET` of `output.url`: the output, whole or in part. After the first whole download it is gone, unless saved.

use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::StreamExt;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::{query, start};
use crate::app::App;
use crate::error::ApiError;
use crate::process::Process;

/// What stands unencoded in an extended header value (RFC 8187).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) async fn whole(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked = Asked::of(&request);
    let process = find(&app, &token).await?;
    let output = process.state.borrow().output.clone().ok_or_else(|| ApiError::not_found("Output"))?;
    serve(&app, &process, output.path, &asked, true).await
}

pub(super) async fn single(
    State(app): State<Arc<App>>,
    Path((token, name)): Path<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked = Asked::of(&request);
    let process = find(&app, &token).await?;
    let output = process.state.borrow().output.clone().ok_or_else(|| ApiError::not_found("Output"))?;
    let mut files = output.files.iter().chain([&output.path]);
    let named = files.find(|path| path.file_name().is_some_and(|file| file.to_string_lossy() == name));
    let path = named.cloned().ok_or_else(|| ApiError::not_found("Output file"))?;
    // Of many files each is served once; the others stay.
    let last = output.files.is_empty();
    serve(&app, &process, path, &asked, last).await
}

/// How the output is wanted.
struct Asked {
    inline: bool,
    range: Option<String>,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let range = request.headers().get(header::RANGE).and_then(|range| range.to_str().ok());
        Self { inline: query(request).0.contains_key("inline"), range: range.map(str::to_owned) }
    }

    /// One range of bytes, as from where (included) to where (excluded). Several ranges are answered with the whole.
    fn range(&self, size: u64) -> Option<Result<(u64, u64), ()>> {
        let (from, to) = self.range.as_deref()?.strip_prefix("bytes=")?.split_once('-')?;
        let range = match (from.parse::<u64>().ok(), to.parse::<u64>().ok()) {
            (Some(from), Some(to)) => (from, to.saturating_add(1).min(size)),
            (Some(from), None) if to.is_empty() => (from, size),
            (None, Some(last)) if from.is_empty() => (size.saturating_sub(last), size),
            _ => return None,
        };
        Some(if range.0 < range.1 { Ok(range) } else { Err(()) })
    }
}

/// The process of a download URL, when it has ended well. An early request blocks until then.
async fn find(app: &App, token: &str) -> Result<Arc<Process>, ApiError> {
    let process =
        app.by_token(token).filter(|process| process.download_token == token.trim_start_matches('~'));
    let process = process.ok_or_else(|| ApiError::not_found("Output"))?;
    start::ended(&process).await;
    let failure = {
        let state = process.state.borrow();
        state.failure.map(|(status, retry_after)| ApiError {
            status,
            message: state.message.clone(),
            retry_after,
        })
    };
    failure.map_or(Ok(process), Err)
}

async fn serve(
    app: &Arc<App>,
    process: &Arc<Process>,
    path: PathBuf,
    asked: &Asked,
    last: bool,
) -> Result<Response, ApiError> {
    let mut file = tokio::fs::File::open(&path).await.map_err(|_| ApiError::not_found("Output"))?;
    let size = file.metadata().await.map_err(ApiError::internal)?.len();
    let range = asked.range(size);
    let (from, to) = match range {
        Some(Err(())) => {
            let mut response = ApiError::new(416, "The range is outside the file").into_response();
            set(response.headers_mut(), header::CONTENT_RANGE, &format!("bytes */{size}"));
            return Ok(response);
        }
        Some(Ok((from, to))) => (from, to),
        None => (0, size),
    };
    file.seek(std::io::SeekFrom::Start(from)).await.map_err(ApiError::internal)?;
    let mut end =
        End { app: app.clone(), process: process.clone(), last, left: to - from, whole: to == size };
    let bytes = ReaderStream::with_capacity(file.take(to - from), 64 << 10);
    let stream = bytes.map(move |chunk| end.count(chunk));
    let mut response = Body::from_stream(stream).into_response();
    let headers = response.headers_mut();
    set(headers, header::CONTENT_LENGTH, &(to - from).to_string());
    set(headers, header::ACCEPT_RANGES, "bytes");
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    set(headers, header::CONTENT_TYPE, content_type(&name));
    let kind = if asked.inline { "inline" } else { "attachment" };
    let ascii: String =
        name.chars().map(|c| if c.is_ascii() && !"\"\\".contains(c) { c } else { '_' }).collect();
    let encoded = utf8_percent_encode(&name, PLAIN);
    set(
        headers,
        header::CONTENT_DISPOSITION,
        &format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}"),
    );
    // A page of the service's own must not run what somebody converted.
    set(headers, HeaderName::from_static("content-security-policy"), "sandbox");
    set(headers, HeaderName::from_static("x-content-type-options"), "nosniff");
    if range.is_some() {
        set(headers, header::CONTENT_RANGE, &format!("bytes {from}-{}/{size}", to - 1));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

/// Counts what is sent. Dropped when the body is: after the last byte, or when the connection broke before it.
struct End {
    app: Arc<App>,
    process: Arc<Process>,
    last: bool,
    left: u64,
    whole: bool,
}

impl End {
    fn count(&mut self, chunk: std::io::Result<Bytes>) -> std::io::Result<Bytes> {
        if let Ok(chunk) = &chunk {
            self.left = self.left.saturating_sub(chunk.len() as u64);
        }
        chunk
    }
}

impl Drop for End {
    fn drop(&mut self) {
        if self.left > 0 || !self.whole {
            return;
        }
        self.process.state.send_modify(|state| state.downloads += 1);
        if self.last && !self.process.state.borrow().start.save {
            self.app.remove(&self.process.id);
        }
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn content_type(name: &str) -> &'static str {
    match crate::store::split_name(name).1.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "html" => "text/html; charset=utf-8",
        "txt" | "md" => "text/plain; charset=utf-8",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "tar.gz" => "application/gzip",
        "mp4" => "video/mp4",
        "mp3" => "audio/mpeg",
        _ => "application/octet-stream",
    }
}
