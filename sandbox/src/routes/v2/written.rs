//! Answers on their way out. Errors have the shape of version 2, whatever part of the service they are from; JSON is written
//! as the address has it that was asked: with escaped slashes, or, at the address that waits, without them and with an `ETag`.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use headers::{ETag, HeaderMapExt, IfNoneMatch};
use sha2::{Digest, Sha256};

use super::answer::{self, Refusal, with_escaped_slashes};
use super::extract::Place;
use crate::error::ApiError;

pub(super) async fn middleware(place: Result<Place, Refusal>, request: Request, next: Next) -> Response {
    let known = request.headers().typed_get::<IfNoneMatch>().filter(|_| request.method() == Method::GET);
    match place {
        Ok(place) => not_again(written(next.run(request).await, place.waits), known.as_ref()),
        Err(refusal) => written(refusal.into_response(), false),
    }
}

/// 304 where the client has this very answer.
fn not_again(mut response: Response, known: Option<&IfNoneMatch>) -> Response {
    let tag = response.headers().typed_get::<ETag>().filter(|_| response.status() == StatusCode::OK);
    if let (Some(tag), Some(known)) = (tag, known)
        && !known.precondition_passes(&tag)
    {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_TYPE);
        headers.remove(header::CONTENT_LENGTH);
    }
    response
}

fn written(mut response: Response, waits: bool) -> Response {
    let body = response.extensions_mut().remove::<answer::Body>().or_else(|| refused(&response));
    let Some(answer::Body(json)) = body else { return response };
    let tag = waits.then(|| format!("W/\"{:x}-{}\"", json.len(), hex::encode(&Sha256::digest(&json)[..16])));
    let (kind, json) = if waits {
        ("application/json; charset=utf-8", json)
    } else {
        ("application/json", with_escaped_slashes(&json))
    };
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
        headers.insert(header::ETAG, tag);
    }
    *response.body_mut() = Body::from(json);
    response
}

/// What an error says that is not of this version.
fn refused(response: &Response) -> Option<answer::Body> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let error = response.extensions().get::<ApiError>().cloned();
    let refusal = error.map_or_else(|| Refusal::of(status), Refusal::from);
    refusal.into_response().extensions_mut().remove()
}
