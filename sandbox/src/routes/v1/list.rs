//! `GET /processes`: all running, finished and failed processes of the key.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::Process;
use super::extract::Key;
use super::process::date;
use crate::app::App;
use crate::error::json_answer;
use crate::serve::Host;

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Host { public: host, .. }: Host,
    Key(key): Key,
) -> Response {
    let processes = app.jobs.of_key(&key).into_iter().filter(|job| Process::is(job)).map(Process);
    let started = processes.filter_map(|process| {
        let (started, ended) = process.times();
        let mut entry = json!({
            "id": process.0.id, "host": host, "step": process.step()?.as_str(),
            "starttime": started.map(date), "url": process.url(&host),
        });
        if process.0.has_ended() {
            entry["endtime"] = ended.map(date).into();
        }
        Some(entry)
    });
    json_answer(200, &Value::Array(started.collect()), None)
}
