//! `POST /process`: a new process ID.

use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::Process;
use super::asked::Wish;
use super::extract;
use super::process::date;
use crate::app::App;
use crate::error::{ApiError, json_answer};
use crate::jobs::{MAX_TIME, Shape};
use crate::params::Params;
use crate::serve::Host;

pub(super) async fn create(
    State(app): State<Arc<App>>,
    Host { public: host, .. }: Host,
    extract::Wish { key, params, .. }: extract::Wish<0>,
) -> Result<Response, ApiError> {
    let process = new_process(&app, &key, &params)?;
    let body = json!({
        "url": process.url(&host), "id": process.0.id, "host": host,
        "expires": date(SystemTime::now() + app.config.keep), "maxtime": MAX_TIME,
    });
    Ok(json_answer(200, &body, None))
}

/// Creates a process for a pair of formats that an engine of this machine converts.
pub(super) fn new_process(app: &App, key: &str, params: &Params) -> Result<Process, ApiError> {
    app.takes_work()?;
    let wish = Wish::create(&app.jobs.engines, params)?;
    let process = Process(app.jobs.new_job(key, Shape::Process, json!(wish)));
    app.jobs.keep(&process.0, None).map_err(|_| {
        let message = "There are too many processes at present; delete those that are done".to_owned();
        ApiError { status: 503, message, retry_after: Some(30) }
    })?;
    tracing::Span::current().record("job", process.0.short_id());
    Ok(process)
}
