//! `POST /process`: a new process ID.

use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::json;

use super::body;
use crate::app::App;
use crate::error::{ApiError, json_answer};
use crate::job::{Job, MAX_TIME};
use crate::params::Params;
use crate::process::{Process, date, now};

pub(super) async fn create(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    let (headers, host) = (request.headers().clone(), app.host(request.uri(), request.headers()));
    let params = body::params(request).await?;
    let process = new_process(&app, &app.authorize(&headers, &params)?, &params)?;
    let expires = now(SystemTime::now() + app.config.keep);
    let body = json!({
        "url": process.url(&host), "id": process.id, "host": host,
        "expires": date(expires), "maxtime": MAX_TIME,
    });
    Ok(json_answer(200, &body, None))
}

/// Creates a process for a pair of formats that an engine of this machine converts.
pub(super) fn new_process(app: &App, key: &str, params: &Params) -> Result<Arc<Process>, ApiError> {
    let input_format = params.text("inputformat").map(|format| format.to_lowercase());
    let input_format =
        input_format.ok_or_else(|| ApiError::bad_request("The parameter inputformat is missing"))?;
    let job = Job::create(&app.engines, &input_format, params)?;
    let process = Arc::new(Process::new(&app.data, key, input_format, job, app.config.keep));
    app.processes.insert(&process)?;
    Ok(process)
}
