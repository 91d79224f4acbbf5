//! `POST /process`: a new process ID.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::json;

use super::params;
use crate::app::{App, host};
use crate::engine::Mode;
use crate::error::{ApiError, json_answer};
use crate::params::Params;
use crate::process::{self, Process, date, now};
use crate::store::random_id;

pub(super) async fn create(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    let (headers, host) = (request.headers().clone(), host(request.headers()));
    let params = params(request).await?;
    let process = new_process(&app, &app.authorize(&headers, &params)?, &params)?;
    let body = json!({
        "url": process.url(&host), "id": process.id, "host": host,
        "expires": date(now() + 24 * 3600), "maxtime": 18_000,
    });
    Ok(json_answer(200, &body, None))
}

/// Creates a process for a pair of formats that an engine of this machine converts.
pub(super) fn new_process(app: &App, key: &str, params: &Params) -> Result<Arc<Process>, ApiError> {
    let need = |name: &str| {
        let value = params.text(name).map(|value| value.to_lowercase());
        value.ok_or_else(|| ApiError::bad_request(format!("The parameter {name} is missing")))
    };
    let mode = match params.text("mode") {
        None => Mode::Convert,
        Some(mode) => Mode::named(&mode).ok_or_else(|| {
            ApiError::bad_request("mode has to be convert, info, combine, archive or extract")
        })?,
    };
    let (input_format, output_format) = (need("inputformat")?, need("outputformat")?);
    if app.engines.find(&input_format, &output_format, mode).is_none() {
        let message = format!("This conversiontype is not supported! ({input_format} to {output_format})");
        return Err(ApiError::bad_request(message));
    }
    let id = random_id();
    let process = Arc::new(Process {
        folder: app.data.join(&id),
        id,
        upload_token: random_id(),
        download_token: random_id(),
        key: key.to_owned(),
        input_format,
        output_format,
        mode,
        progress: crate::engine::Progress::default(),
        state: tokio::sync::watch::Sender::new(process::State {
            message: "The process was created".to_owned(),
            ..process::State::default()
        }),
    });
    std::fs::create_dir_all(&process.folder).map_err(ApiError::internal)?;
    app.insert(process.clone());
    Ok(process)
}
