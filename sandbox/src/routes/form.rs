//! Multipart bodies: files go to disk, other fields among the parameters.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream};
use axum::http::header;
use axum::http::request::Parts;
use bytes::Bytes;
use futures_util::Stream;
use serde_json::Value;

use crate::disposition::file_name;
use crate::error::ApiError;
use crate::incoming::{Inbox, Received};
use crate::names::in_encoding;
use crate::params::Params;

use super::transfer::Transfer;

/// How much may come between two parts: the headers of a part, and what stands before the first.
const MAX_BETWEEN: usize = 64 << 10;
/// How many files a form may bring where several are expected.
pub(super) const MAX_FILES: usize = 1000;
/// How much the fields may hold that are no files. They are held in memory.
pub(crate) const MAX_TEXT: usize = 1 << 20;

/// The field in which a form names the encoding of its other fields (RFC 7578, 4.6).
const CHARSET: &str = "_charset_";

/// What a form may bring, and how it is read.
pub(crate) struct Terms<C> {
    /// How many bytes the fields may have together that are no files.
    pub(crate) most: usize,
    /// Whether what clients made of libraries for mail encode is decoded: names of files (RFC 2047), contents (RFC 2045),
    /// and fields by what `_charset_` says.
    pub(crate) of_mail: bool,
    /// Told before each file which fields came, and what is about to come; it may refuse that.
    pub(crate) check: C,
}

/// A file that is about to come.
pub(crate) struct Coming {
    /// The name of its field.
    pub(crate) field: String,
    /// How many files came before it.
    pub(crate) before: usize,
}

/// Reads a body. A part is a file when it has a file name, whatever else its headers say: the documentation of version 1
/// has `Content-Disposition: file; filename="…"`.
pub(crate) async fn read(
    parts: &Parts,
    body: Body,
    inbox: &Inbox,
    params: &mut Params,
    terms: Terms<impl Fn(&Params, &Coming) -> Result<(), ApiError>>,
) -> Result<Vec<Received>, ApiError> {
    let Terms { most, of_mail, check } = terms;
    let between = Arc::new(AtomicUsize::new(0));
    let chunks = Chunks::new(body.into_data_stream(), between.clone());
    let mut form = multer::Multipart::new(chunks, boundary(parts)?);
    let (mut files, mut text_left) = (Vec::new(), most);
    // The encoding of all fields that name none.
    let mut usual = None;
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        // What came with its headers is its content, however much that is.
        between.store(0, Ordering::Relaxed);
        // A browser sends a part without name and content where no file was chosen.
        let coming = Coming { field: field.name().unwrap_or_default().to_owned(), before: files.len() };
        let mut file = match file_name(field.headers(), of_mail) {
            Some(name) => {
                if !name.is_empty() {
                    check(params, &coming)?;
                }
                Some(inbox.open(Some(name)).await?)
            }
            None => None,
        };
        let mut text = Vec::new();
        let mut transfer = if of_mail { Transfer::of(field.headers()) } else { Transfer::AsItIs };
        while let Some(chunk) = next(&mut field, &mut transfer).await? {
            between.store(0, Ordering::Relaxed);
            if chunk.is_empty() {
                continue;
            }
            if let Some(file) = &mut file {
                if file.size() == 0 {
                    check(params, &coming)?;
                }
                file.write(&chunk).await?;
                continue;
            }
            text_left = text_left.checked_sub(chunk.len()).ok_or_else(|| {
                ApiError::new(413, format!("The fields of the form are larger than {most} bytes"))
            })?;
            text.extend_from_slice(&chunk);
        }
        between.store(0, Ordering::Relaxed);
        let Some(file) = file else {
            add(params, &mut usual, &field, &text, of_mail)?;
            continue;
        };
        let file = file.finish().await?;
        if file.is_named() || file.size() > 0 {
            files.push(file);
        }
    }
    Ok(files)
}

fn boundary(parts: &Parts) -> Result<String, ApiError> {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = kind.and_then(|value| {
        // White space may stand on both sides of a semicolon (RFC 9110, 5.6.6).
        let tidy = || value.split(';').map(str::trim).collect::<Vec<_>>().join("; ");
        multer::parse_boundary(value).or_else(|_| multer::parse_boundary(tidy())).ok()
    });
    boundary.ok_or_else(|| ApiError::bad_request("The multipart body has no boundary"))
}

/// What comes next of a part's content.
async fn next(field: &mut multer::Field<'_>, transfer: &mut Transfer) -> Result<Option<Bytes>, ApiError> {
    let chunk = match field.chunk().await.map_err(broken)? {
        Some(chunk) => Some(transfer.decode(chunk)),
        None => transfer.finish(),
    };
    let chunk = chunk.transpose();
    chunk.map_err(|what| ApiError::bad_request(format!("A part of the form is not {what}, as it says")))
}

/// Adds a field that is no file. `usual` is the encoding of those that name none.
fn add(
    params: &mut Params,
    usual: &mut Option<String>,
    field: &multer::Field<'_>,
    text: &[u8],
    of_mail: bool,
) -> Result<(), ApiError> {
    let label = field.content_type().and_then(|kind| kind.get_param("charset"));
    let label = label.map(|label| label.as_str().to_owned()).or_else(|| usual.clone());
    let text = in_encoding(label.as_deref(), text);
    if of_mail && field.name() == Some(CHARSET) {
        *usual = Some(text);
        return Ok(());
    }
    params.add(field.name().unwrap_or_default(), Value::String(text))
}

/// Refuses one more file than so many.
pub(crate) fn at_most(most: usize, files: usize) -> Result<(), ApiError> {
    match most {
        _ if files < most => Ok(()),
        0 => Err(ApiError::bad_request("No file is expected here; start the process, and upload it then")),
        1 => Err(ApiError::bad_request("The form has several files, where one is expected")),
        _ => Err(ApiError::bad_request(format!("The form has more than {most} files"))),
    }
}

#[allow(clippy::needless_pass_by_value)]
fn broken(error: multer::Error) -> ApiError {
    match ApiError::broken_body(&error) {
        silent if silent.status == 408 => silent,
        _ => ApiError::bad_request("The multipart body is broken or broke off"),
    }
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
