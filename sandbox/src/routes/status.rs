//! `GET` of the process URL, with or without `?wait`.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::response::Response;

use super::query;
use crate::app::App;
use crate::error::{ApiError, json_answer};
use crate::process::Process;

pub(super) async fn status(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let process = app.process(&id)?;
    let started = process.state.borrow().step.is_some();
    if query(&request)?.named("wait") && started {
        process.ended().await;
    }
    Ok(answer(&process, &app.host(request.uri(), request.headers())))
}

/// The status; that of a failed conversion comes with its HTTP status.
pub(super) fn answer(process: &Process, host: &str) -> Response {
    let failure = process.state.borrow().failure.clone();
    let status = failure.as_ref().map_or(200, |failure| failure.status);
    json_answer(status, &process.status(host), failure.and_then(|failure| failure.retry_after))
}
