//! Multipart bodies: files go to disk, other fields among the parameters.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::BodyDataStream;
use axum::extract::Request;
use axum::http::header;
use bytes::Bytes;
use futures_util::Stream;
use serde_json::Value;

use super::body::MAX_BODY;
use crate::disposition::file_name;
use crate::error::ApiError;
use crate::incoming::{Inbox, Received};
use crate::params::Params;

/// How much may come between two parts: the headers of a part, and what stands before the first.
const MAX_BETWEEN: usize = 64 << 10;
const MAX_FILES: usize = 1000;

/// Reads a body. A part is a file when it has a file name, whatever else its headers say: the documentation's own
/// example has `Content-Disposition: file; filename="…"`. `check` may refuse before the first file.
pub(crate) async fn read(
    request: Request,
    inbox: &Inbox,
    params: &mut Params,
    check: impl Fn(&Params) -> Result<(), ApiError>,
) -> Result<Vec<Received>, ApiError> {
    let boundary = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = boundary.and_then(|value| multer::parse_boundary(value).ok());
    let boundary = boundary.ok_or_else(|| ApiError::bad_request("The multipart body has no boundary"))?;
    let between = Arc::new(AtomicUsize::new(0));
    let chunks = Chunks::new(request.into_body().into_data_stream(), between.clone());
    let mut form = multer::Multipart::new(chunks, boundary);
    let (mut files, mut text_left) = (Vec::new(), MAX_BODY);
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        // What came with its headers is its content, however much that is.
        between.store(0, Ordering::Relaxed);
        let mut file = match file_name(field.headers()) {
            Some(name) => {
                check(params)?;
                Some(inbox.open(Some(name)).await?)
            }
            None => None,
        };
        let mut text = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            between.store(0, Ordering::Relaxed);
            if let Some(file) = &mut file {
                file.write(&chunk).await?;
                continue;
            }
            text_left = text_left.checked_sub(chunk.len()).ok_or_else(too_long)?;
            text.extend_from_slice(&chunk);
        }
        between.store(0, Ordering::Relaxed);
        let Some(file) = file else {
            let name = field.name().unwrap_or_default().to_owned();
            params.add(&name, Value::String(String::from_utf8_lossy(&text).into_owned()))?;
            continue;
        };
        let file = file.finish().await?;
        // A browser sends a part without name and content where no file was chosen.
        if file.is_named() || file.size() > 0 {
            files.push(file);
        }
        if files.len() > MAX_FILES {
            return Err(ApiError::bad_request(format!("A form has at most {MAX_FILES} files")));
        }
    }
    Ok(files)
}

#[allow(clippy::needless_pass_by_value)]
fn broken(_: multer::Error) -> ApiError {
    ApiError::bad_request("The multipart body is broken or broke off")
}

fn too_long() -> ApiError {
    ApiError::new(413, format!("The fields of the form are larger than {MAX_BODY} bytes"))
}

/// The chunks of a body, one at a time: the reader of the form would otherwise take in all that is there. And so
/// many only without a part beginning or going on, because until then it keeps them.
struct Chunks {
    body: BodyDataStream,
    between: Arc<AtomicUsize>,
    paused: bool,
}

impl Chunks {
    const fn new(body: BodyDataStream, between: Arc<AtomicUsize>) -> Self {
        Self { body, between, paused: false }
    }
}

impl Stream for Chunks {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.paused = !self.paused;
        if !self.paused {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.between.load(Ordering::Relaxed) > MAX_BETWEEN {
            return Poll::Ready(Some(Err(axum::Error::new("the headers of a part are too long"))));
        }
        let chunk = Pin::new(&mut self.body).poll_next(context);
        match &chunk {
            Poll::Ready(Some(Ok(chunk))) => {
                self.between.fetch_add(chunk.len(), Ordering::Relaxed);
            }
            // Nothing came, so the next may come at once.
            _ => self.paused = false,
        }
        chunk
    }
}
