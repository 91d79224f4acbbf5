//! Answers as version 2 writes them: `{"data": …}`, and errors with `message` and a word as `code`.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::plan::Invalid;
use crate::error::{ApiError, json_answer};
use crate::jobs::Refused;

/// A successful answer. Clients read it from its first byte to its last, so it is compact.
pub(super) fn data(status: u16, data: &Value) -> Response {
    json_answer(status, &json!({ "data": data }), None)
}

/// 204.
pub(super) fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// An answer that is not a success.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
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

    pub(super) fn not_found() -> Self {
        Self::new(404, None, "Not found.")
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
}

/// What the parts say that both versions share.
impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        let code = (error.status == 429).then_some("TOO_MANY_REQUESTS");
        Self { retry_after: error.retry_after, ..Self::new(error.status, code, error.message) }
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
        let mut body = Map::new();
        body.insert("message".to_owned(), self.message.into());
        if let Some(code) = self.code {
            body.insert("code".to_owned(), code.into());
        }
        if let Some(errors) = self.errors {
            body.insert("errors".to_owned(), *errors);
        }
        json_answer(self.status, &body.into(), self.retry_after)
    }
}
