//! Errors, as version 1 of the API writes them: JSON with `error`, `message` and `code`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tower_http::timeout::TimeoutError;

/// An answer that is not a success.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) message: String,
    /// In seconds.
    pub(crate) retry_after: Option<u64>,
}

impl ApiError {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), retry_after: None }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(404, format!("{what} not found"))
    }

    /// This machine fails. Only the kind is told: what else an error says may name files.
    pub(crate) fn io(error: impl std::borrow::Borrow<std::io::Error>) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        if matches!(error.borrow().kind(), StorageFull | QuotaExceeded) {
            let message = "The disk of the service is full".to_owned();
            return Self { status: 503, message, retry_after: Some(60) };
        }
        Self::new(500, format!("The service had an internal error: {}", error.borrow().kind()))
    }

    /// The body of a request ended before its end: its client fell silent, or the connection broke.
    pub(crate) fn broken_body(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut causes = std::iter::successors(Some(error), |error| error.source());
        if causes.any(<dyn std::error::Error>::is::<TimeoutError>) {
            Self::new(408, "The body stopped coming; send it again")
        } else {
            Self::new(400, "The body broke off before its end; send it again")
        }
    }

    /// A task of this service ended before it was done.
    pub(crate) fn task(_: tokio::task::JoinError) -> Self {
        Self::new(500, "The service had an internal error")
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({"error": self.message, "message": self.message, "code": self.status});
        let mut response = json_answer(self.status, &body, self.retry_after);
        // Version 2 writes it otherwise.
        response.extensions_mut().insert(self);
        response
    }
}

/// A JSON answer, with `Retry-After` in seconds where there is one.
pub(crate) fn json_answer(status: u16, body: &serde_json::Value, retry_after: Option<u64>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, body.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    if let Some(seconds) = retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Makes an object of an error that has another body: of a method or a path that no endpoint takes.
pub(crate) async fn as_json(response: Response) -> Response {
    let status = response.status();
    let is_json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if is_json || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let mut answer =
        ApiError::new(status.as_u16(), status.canonical_reason().unwrap_or("Error")).into_response();
    for name in [header::ALLOW, header::CONTENT_RANGE] {
        if let Some(value) = response.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}
