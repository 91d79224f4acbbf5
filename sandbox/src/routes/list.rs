//! `GET /processes`: all running, finished and failed processes of the key.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::extract::Key;
use crate::app::App;
use crate::error::json_answer;
use crate::process::date;
use crate::serve::Host;

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Host { public: host, .. }: Host,
    Key(key): Key,
) -> Response {
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
    json_answer(200, &Value::Array(started.collect()), None)
}
