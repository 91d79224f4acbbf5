//! `PUT` and `POST` to `upload.url`: the input, straight to disk.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use futures_util::StreamExt;
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::Process;
use super::extract::ByUpload;
use crate::app::App;
use crate::error::{ApiError, json_answer};
use crate::incoming::{Inbox, Received};
use crate::jobs::{Operation, Task};
use crate::params::Params;
use crate::routes::{body, form};

/// Several uploads may be under way, of several inputs or because a client gave one up and tries again; they count
/// when they are whole, the first to arrive first.
pub(super) async fn upload(
    State(app): State<Arc<App>>,
    ByUpload { process, task, name }: ByUpload,
    request: Request,
) -> Result<Response, ApiError> {
    process.awaits_upload()?;
    let _going_on = process.0.hold();
    let files = tokio::select! {
        files = receive(&app.jobs.inbox, &process, &task, &name, request) => files?,
        () = process.0.removed.cancelled() => return Err(ApiError::not_found("Upload URL")),
    };
    let (Some(first), size) = (files.first(), files.iter().map(Received::size).sum::<u64>()) else {
        return Err(ApiError::bad_request("There is no file in the form; its field is to be named file"));
    };
    let file = first.name(None, &process.wish().input_format);
    task.receive(files).map_err(|failure| process.awaits_upload().err().unwrap_or(failure.error))?;
    Ok(json_answer(200, &json!({"file": file, "size": size, "message": "File saved."}), None))
}

async fn receive(
    inbox: &Inbox,
    process: &Process,
    task: &Task,
    name: &str,
    request: Request,
) -> Result<Vec<Received>, ApiError> {
    let (parts, body) = request.into_parts();
    if body::is(&parts, "multipart/form-data") {
        let check = |_: &Params, coming: &form::Coming| {
            process.awaits_upload()?;
            // Who combines or archives may bring all in one form, without having told how many.
            let untold = matches!(task.operation, Operation::Receive { files: 1, .. });
            let untold = untold && process.wish().mode.takes_several();
            let most = if untold { form::MAX_FILES } else { task.missing() };
            form::at_most(most, coming.before)
        };
        let terms = form::Terms { most: form::MAX_TEXT, of_mail: true, check };
        return form::read(&parts, body, inbox, &mut Params::default(), terms).await;
    }
    let mut file = inbox.open(Some(percent_decode_str(name).decode_utf8_lossy().into_owned())).await?;
    file.announced(body::length(&parts))?;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        file.write(&chunk.map_err(|error| ApiError::broken_body(&error))?).await?;
    }
    Ok(vec![file.finish().await?])
}
