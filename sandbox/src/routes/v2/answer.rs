//! What version 2 answers: `{"data": …}`, and errors with `message` and a word as `code`.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::plan::Invalid;
use crate::error::ApiError;
use crate::jobs::Refused;

/// The body of an answer that [`written`](super::written) writes as the address has it that was asked.
#[derive(Clone)]
pub(super) struct Body(pub(super) String);

/// A successful answer.
pub(super) fn data(status: u16, data: &Value) -> Response {
    json(status, &json!({ "data": data }))
}

/// An answer with JSON. Clients read it from its first byte to its last, so it is compact.
pub(super) fn json(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = status.into_response();
    response.extensions_mut().insert(Body(body.to_string()));
    response
}

/// JSON as PHP writes it, which webhooks and the address have that does not wait.
pub(super) fn with_escaped_slashes(json: &str) -> String {
    json.replace('/', "\\/")
}

/// 204.
pub(super) fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// An answer that is not a success.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    /// A word that the documentation names; where it names none, it is made of the status.
    code: Option<&'static str>,
    message: String,
    errors: Option<Box<Value>>,
    /// In seconds.
    retry_after: Option<u64>,
}

impl Refusal {
    fn new(status: u16, code: Option<&'static str>, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), errors: None, retry_after: None }
    }

    pub(super) fn of(status: StatusCode) -> Self {
        Self::new(status.as_u16(), None, status.canonical_reason().unwrap_or("Error"))
    }

    pub(super) fn not_found() -> Self {
        Self::new(404, None, "Not found.")
    }

    /// The header `Allow` tells the methods that there are.
    pub(super) fn not_allowed() -> Self {
        Self::new(405, None, "This address takes other methods, which the header Allow names.")
    }

    pub(super) fn unauthenticated() -> Self {
        Self::new(401, Some("UNAUTHENTICATED"), "Unauthenticated.")
    }

    pub(super) fn lacks_scope(scope: &str) -> Self {
        Self::new(403, None, format!("Invalid scope(s) provided: this call needs {scope}."))
    }

    /// 422, for a parameter and what is wrong with it.
    pub(super) fn invalid(field: &str, message: &str) -> Self {
        Invalid::one((field.to_owned(), message.to_owned())).into()
    }

    pub(super) fn forbidden(message: &str) -> Self {
        Self::new(403, None, message)
    }

    fn code(&self) -> String {
        match (self.code, self.status) {
            (Some(code), _) => code.to_owned(),
            (None, 400 | 422) => "INVALID_DATA".to_owned(),
            (None, status) => {
                let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
                reason.unwrap_or("Error").replace([' ', '-'], "_").to_uppercase()
            }
        }
    }
}

/// What the parts say that both versions share.
impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self { retry_after: error.retry_after, ..Self::new(error.status, None, error.message) }
    }
}

/// 503 and 402, both temporary.
impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Full => {
                let message = "The service keeps as many jobs as it may: delete some, or try again later.";
                Self { retry_after: Some(30), ..Self::new(503, None, message) }
            }
            Refused::Parallel => {
                let message = "Too many jobs run at once: wait for some of them to end.";
                Self::new(402, Some("PARALLEL_JOB_LIMIT_EXCEEDED"), message)
            }
        }
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        let errors: Map<String, Value> =
            invalid.0.into_iter().map(|(name, texts)| (name, texts.into())).collect();
        Self {
            errors: Some(Box::new(errors.into())),
            ..Self::new(422, Some("INVALID_DATA"), "The given data was invalid.")
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({"message": self.message, "code": self.code()});
        if let Some(errors) = self.errors {
            body["errors"] = *errors;
        }
        let mut response = json(self.status, &body);
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
