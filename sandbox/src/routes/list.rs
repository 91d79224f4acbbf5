//! `GET /processes`: all running, finished and failed processes of the key.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::query;
use crate::app::App;
use crate::error::{ApiError, json_answer};
use crate::process::date;

pub(super) async fn list(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    let key = app.authorize(request.headers(), &query(&request)?)?;
    let host = app.host(request.uri(), request.headers());
    let started = app.processes.of_key(&key).into_iter().filter_map(|process| {
        let state = process.state.borrow();
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
