//! `GET` of the process URL, with or without `?wait`, and the process list.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::{query, start};
use crate::app::{App, host};
use crate::error::{ApiError, json_answer};
use crate::process::date;

pub(super) async fn status(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let process = app.process(&id)?;
    let params = query(&request);
    let waits = params.0.get("wait").is_some_and(|wait| wait != "false" && wait != "0");
    if waits && process.state.borrow().step.is_some() {
        start::ended(&process).await;
    }
    let (status, retry_after) = {
        let state = process.state.borrow();
        (state.http_status(), state.failure.and_then(|(_, seconds)| seconds))
    };
    Ok(json_answer(status, &process.status(&host(request.headers())), retry_after))
}

/// `GET /processes`: all processes of the key.
pub(super) async fn list(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    let key = app.authorize(request.headers(), &query(&request))?;
    let host = host(request.headers());
    let started = app.of_key(&key).into_iter().filter_map(|process| {
        let state = process.state.borrow().clone();
        let mut entry = json!({
            "id": process.id, "host": host, "step": state.step?.as_str(),
            "starttime": date(state.starttime), "url": process.url(&host),
        });
        if state.ended() {
            entry["endtime"] = date(state.endtime).into();
        }
        Some(entry)
    });
    Ok(json_answer(200, &Value::Array(started.collect()), None))
}
