//! `POST /process`: a new process ID.

use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::extract::Wish;
use crate::app::App;
use crate::error::{ApiError, json_answer};
use crate::job::{Job, MAX_TIME};
use crate::params::Params;
use crate::process::{Process, date, now};
use crate::serve::Host;

pub(super) async fn create(
    State(app): State<Arc<App>>,
    Host { public: host, .. }: Host,
    Wish { key, params, .. }: Wish<0>,
) -> Result<Response, ApiError> {
    let process = new_process(&app, &key, &params)?;
    let expires = now(SystemTime::now() + app.config.keep);
    let body = json!({
        "url": process.url(&host), "id": process.id, "host": host,
        "expires": date(expires), "maxtime": MAX_TIME,
    });
    Ok(json_answer(200, &body, None))
}

/// Creates a process for a pair of formats that an engine of this machine converts.
pub(super) fn new_process(app: &App, key: &str, params: &Params) -> Result<Arc<Process>, ApiError> {
    app.takes_work()?;
    let input_format = params.text("inputformat").map(|format| format.to_lowercase());
    let input_format =
        input_format.ok_or_else(|| ApiError::bad_request("The parameter inputformat is missing"))?;
    let job = Job::create(&app.engines, &input_format, params)?;
    let process = Arc::new(Process::new(&app.data, key, input_format, job, app.config.keep));
    app.processes.insert(&process)?;
    tracing::Span::current().record("process", process.short_id());
    Ok(process)
}
