//! Files on their way to the client, whole or in part.

mod content;
mod count;
mod range;

use std::fs::File;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headers::{
    ETag, HeaderMapExt, IfMatch, IfModifiedSince, IfNoneMatch, IfRange, IfUnmodifiedSince, LastModified,
};

use super::caller::Query;
use crate::disposition::attachment;
use crate::error::ApiError;
use crate::jobs::Served;

use content::Content;
pub(crate) use count::count;
use count::{Offer, Sending};
use range::{Part, Wanted, wanted};

/// What a request for a file asks for.
#[derive(Default)]
pub(crate) struct Asked {
    /// Only for the headers. It changes nothing, and parts are nothing to it.
    head: bool,
    /// To show it in the browser instead of offering to save it.
    inline: bool,
    headers: HeaderMap,
}

impl Asked {
    /// The whole, in the answer to another request.
    pub(crate) fn at_once(inline: bool) -> Self {
        Self { inline, ..Self::default() }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(params) = Query::from_request_parts(parts, state).await?;
        let (head, headers) = (parts.method == Method::HEAD, parts.headers.clone());
        Ok(Self { head, inline: params.named("inline"), headers })
    }
}

/// Serves a file, as RFC 9110 says. What leaves counts as a download.
pub(crate) fn serve(offer: Offer<'_>, file: &Served, asked: &Asked) -> Result<Response, ApiError> {
    let gone = || ApiError::not_found("Output");
    // An answer that has begun goes on to its end, also where the file is deleted meanwhile.
    let opened = Arc::new(File::open(&file.path).map_err(|_| gone())?);
    let (tag, made) = (validator(file), LastModified::from(file.made));
    let all = Part { from: 0, to: file.size };
    let wanted = if asked.head || outdated(&asked.headers, &tag, made) {
        Wanted::Whole
    } else {
        wanted(&asked.headers, file.size)
    };
    // What was downloaded goes on where it broke off, and does not begin again.
    let resumed = matches!(&wanted, Wanted::Parts(parts) if parts.iter().all(|part| part.from > 0));
    if file.downloaded && !resumed {
        return Err(gone());
    }
    let kind = content_type(file);
    let failed = condition(asked, &tag, file);
    let mut response = match (failed, &wanted) {
        (Some(status), _) => status.into_response(),
        (None, Wanted::Behind) => not_satisfiable(file.size),
        (None, Wanted::Whole) => answer(StatusCode::OK, Content::part(&opened, all), offer, file, asked),
        (None, Wanted::Parts(parts)) => {
            let content = Content::parts(file, &opened, &kind, parts);
            let mut response = answer(StatusCode::PARTIAL_CONTENT, content, offer, file, asked);
            if let [part] = parts[..] {
                set(response.headers_mut(), header::CONTENT_RANGE, &part.of(file.size));
            }
            response
        }
    };
    let headers = response.headers_mut();
    headers.typed_insert(tag);
    headers.typed_insert(made);
    set(headers, header::ACCEPT_RANGES, "bytes");
    if response.status().is_success() {
        describe(response.headers_mut(), &kind, &attachment(&file.name, asked.inline));
    }
    Ok(response)
}

/// An answer with content, of which it will be noted what left.
fn answer(status: StatusCode, content: Content, offer: Offer<'_>, file: &Served, asked: &Asked) -> Response {
    let mut response = status.into_response();
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(content.length()));
    if let Some(kind) = &content.kind {
        set(response.headers_mut(), header::CONTENT_TYPE, kind);
    }
    if asked.head {
        return response;
    }
    response.extensions_mut().insert(Sending::new(offer, file, content.pieces));
    response.map(|_| content.body)
}

fn describe(headers: &mut HeaderMap, kind: &str, disposition: &str) {
    if !headers.contains_key(header::CONTENT_TYPE) {
        set(headers, header::CONTENT_TYPE, kind);
    }
    set(headers, header::CONTENT_DISPOSITION, disposition);
    // A page of the service's own must not run what somebody converted.
    set(headers, header::CONTENT_SECURITY_POLICY, "sandbox");
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
}

fn content_type(file: &Served) -> String {
    let kind = mime_guess::from_path(&file.name).first_or_octet_stream();
    let text = matches!(kind.essence_str(), "text/html" | "text/plain");
    if text { format!("{kind}; charset=utf-8") } else { kind.to_string() }
}

fn not_satisfiable(size: u64) -> Response {
    let mut response = ApiError::new(416, "The range is behind the end of the output").into_response();
    set(response.headers_mut(), header::CONTENT_RANGE, &format!("bytes */{size}"));
    response
}

fn validator(file: &Served) -> ETag {
    format!("\"{}\"", file.tag).parse().expect("letters and digits in quotes are an entity tag")
}

/// Whether `If-Range` names another content than this. A time has to be exactly that of the content, not only as late
/// (RFC 9110, 13.1.5).
fn outdated(headers: &HeaderMap, tag: &ETag, made: LastModified) -> bool {
    let made = IfRange::date(made.into());
    headers.contains_key(header::IF_RANGE)
        && headers
            .typed_get::<IfRange>()
            .is_none_or(|known| known != made && known.is_modified(Some(tag), None))
}

/// The answer to a condition that does not hold (RFC 9110, 13.2.2).
fn condition(asked: &Asked, tag: &ETag, file: &Served) -> Option<StatusCode> {
    let headers = &asked.headers;
    let holds = if let Some(wanted) = headers.typed_get::<IfMatch>() {
        wanted.precondition_passes(tag)
    } else {
        let since = headers.typed_get::<IfUnmodifiedSince>();
        since.is_none_or(|since| since.precondition_passes(file.made))
    };
    if !holds {
        return Some(StatusCode::PRECONDITION_FAILED);
    }
    let changed = match headers.typed_get::<IfNoneMatch>() {
        Some(known) => known.precondition_passes(tag),
        None => headers.typed_get::<IfModifiedSince>().is_none_or(|since| since.is_modified(file.made)),
    };
    (!changed).then_some(StatusCode::NOT_MODIFIED)
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
