//! Parameters in a request's body, and files that come along.

use std::time::Duration;

use axum::extract::Request;
use axum::http::header;
use http_body_util::{BodyExt, Limited};

use super::{form, query};
use crate::error::ApiError;
use crate::incoming::{Inbox, Received};
use crate::params::Params;

/// The longest JSON or form body. `raw` and `base64` content travels in it.
pub(super) const MAX_BODY: usize = 32 << 20;
/// How long it may take to arrive.
const MAX_TIME: Duration = Duration::from_mins(5);

/// The parameters of a request, and the files of a multipart body. `check` may refuse before a file is read.
pub(super) async fn read(
    request: Request,
    inbox: &Inbox,
    check: impl Fn(&Params) -> Result<(), ApiError> + Send,
) -> Result<(Params, Vec<Received>), ApiError> {
    if is(&request, "multipart/form-data") {
        let mut params = query(&request)?;
        let files = form::read(request, inbox, &mut params, check).await?;
        return Ok((params, files));
    }
    Ok((params(request).await?, Vec::new()))
}

/// The parameters of a request whose body, if any, is JSON or a form.
pub(super) async fn params(request: Request) -> Result<Params, ApiError> {
    let mut params = query(&request)?;
    let form = is(&request, "application/x-www-form-urlencoded");
    let body = tokio::time::timeout(MAX_TIME, Limited::new(request.into_body(), MAX_BODY).collect()).await;
    let body = body.map_err(|_| ApiError::new(408, "The body takes too long"))?;
    let body = body.map_err(|error| match error.downcast::<http_body_util::LengthLimitError>() {
        Ok(_) => {
            ApiError::new(413, format!("The body is larger than {MAX_BODY} bytes; upload the file instead"))
        }
        Err(_) => ApiError::bad_request("The body broke off"),
    })?;
    let body = body.to_bytes();
    // Who sends JSON by `curl -d` may not know that curl calls it a form.
    if form && !body.trim_ascii_start().starts_with(b"{") {
        params.add_urlencoded(&String::from_utf8_lossy(&body))?;
    } else {
        params.add_json(&body)?;
    }
    Ok(params)
}

pub(super) fn is(request: &Request, content_type: &str) -> bool {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(content_type))
}
