//! `GET` of the process URL, with or without `?wait`.

use axum::response::Response;

use super::extract::{ById, Query};
use crate::error::{ApiError, json_answer};
use crate::process::Process;
use crate::serve::{Host, Seat};

pub(super) async fn status(
    host: Host,
    seat: Seat,
    Query(params): Query,
    ById(process): ById,
) -> Result<Response, ApiError> {
    let started = process.state.borrow().step.is_some();
    if params.named("wait") && started {
        seat.wait(process.ended()).await?;
    }
    Ok(answer(&process, &host.public))
}

/// The status; that of a failed conversion comes with its HTTP status.
pub(super) fn answer(process: &Process, host: &str) -> Response {
    let failure = process.state.borrow().failure.clone();
    let status = failure.as_ref().map_or(200, |failure| failure.status);
    json_answer(status, &process.status(host), failure.and_then(|failure| failure.retry_after))
}
