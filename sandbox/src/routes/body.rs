//! Parameters in a request's body. A short one is held in memory, a longer one on disk until it is its turn to be read.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header;
use axum::http::request::Parts;
use futures_util::StreamExt;

use crate::app::App;
use crate::error::ApiError;
use crate::incoming::{Inbox, Received};
use crate::params::{self, Params};

/// The longest JSON or form body. `raw` and `base64` content travels in it.
const MAX_BODY: usize = 32 << 20;
/// What is not longer is held in memory.
pub(super) const SHORT: usize = 64 << 10;

/// Adds the parameters of a body of JSON or of a form. That of a stranger may be long only where the key is in it.
pub(crate) async fn read(
    app: &Arc<App>,
    parts: &Parts,
    body: Body,
    params: &mut Params,
    known: bool,
) -> Result<(), ApiError> {
    let announced = length(parts);
    if announced.is_some_and(|length| length > MAX_BODY as u64) {
        return Err(too_long());
    }
    let form = is(parts, "application/x-www-form-urlencoded");
    let mut place = None;
    let mut stranger = || {
        if !known && place.is_none() {
            place = Some(app.strangers.clone().try_acquire_owned().map_err(|_| busy())?);
        }
        Ok(())
    };
    let (mut memory, mut disk) = (Vec::new(), None);
    if announced.is_some_and(|length| length > SHORT as u64) {
        stranger()?;
    }
    let mut chunks = body.into_data_stream();
    let (mut total, inbox) = (0, Inbox { max_size: u64::MAX, ..app.jobs.inbox.clone() });
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| ApiError::broken_body(&error))?;
        total += chunk.len();
        if total > MAX_BODY {
            return Err(too_long());
        }
        if total <= SHORT {
            memory.extend_from_slice(&chunk);
            continue;
        }
        stranger()?;
        if disk.is_none() {
            let mut file = inbox.open(None).await?;
            file.write(&std::mem::take(&mut memory)).await?;
            disk = Some(file);
        }
        if let Some(file) = &mut disk {
            file.write(&chunk).await?;
        }
    }
    let Some(file) = disk else { return add(params, &memory, form) };
    let file = file.finish().await?;
    let turn = app.long_body.clone().acquire_owned().await;
    let turn = turn.map_err(|_| ApiError::new(503, "The service is about to stop"))?;
    let (app, mut found) = (app.clone(), std::mem::take(params));
    let read = tokio::task::spawn_blocking(move || {
        found.hold(turn);
        add_long(&app, &mut found, &file, form, known).map(|()| found)
    });
    *params = read.await.map_err(ApiError::task)??;
    Ok(())
}

/// Reads a body on disk into memory, for a stranger not before its key is known to be right.
fn add_long(
    app: &App,
    params: &mut Params,
    file: &Received,
    form: bool,
    known: bool,
) -> Result<(), ApiError> {
    if !known && !form {
        let reader = std::io::BufReader::new(file.open().map_err(ApiError::io)?);
        app.keys.check(params::find_text(reader, "apikey"))?;
    }
    add(params, &file.read().map_err(ApiError::io)?, form)
}

fn add(params: &mut Params, body: &[u8], form: bool) -> Result<(), ApiError> {
    // Who sends JSON by `curl -d` may not know that curl calls it a form.
    if form && !body.trim_ascii_start().starts_with(b"{") {
        params.add_urlencoded(&String::from_utf8_lossy(body))
    } else {
        params.add_json(body)
    }
}

pub(super) fn is(parts: &Parts, content_type: &str) -> bool {
    let value = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(content_type))
}

/// How long the body is announced to be.
pub(super) fn length(parts: &Parts) -> Option<u64> {
    parts.headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_long() -> ApiError {
    ApiError::new(413, format!("The body is larger than {MAX_BODY} bytes; upload the file instead"))
}

fn busy() -> ApiError {
    let message = format!(
        "Too many bodies of more than {SHORT} bytes with a key in them come at present; send the key as \
         Authorization: Bearer KEY"
    );
    ApiError { status: 503, message, retry_after: Some(5) }
}
