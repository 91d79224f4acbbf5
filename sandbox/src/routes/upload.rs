//! `PUT` and `POST` to `upload.url`: the input, straight to disk.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use futures_util::StreamExt;
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::extract::ByUpload;
use super::{body, form};
use crate::app::App;
use crate::error::{ApiError, json_answer};
use crate::incoming::{Inbox, Received};
use crate::params::Params;
use crate::process::Process;
use crate::run;

/// Several uploads may be under way, of several inputs or because a client gave one up and tries again; they count
/// when they are whole, the first to arrive first.
pub(super) async fn upload(
    State(app): State<Arc<App>>,
    ByUpload { process, name }: ByUpload,
    request: Request,
) -> Result<Response, ApiError> {
    process.state.borrow().awaits_upload()?;
    let _going_on = process.hold();
    let files = tokio::select! {
        files = receive(&app.inbox, &process, &name, request) => files?,
        () = process.deleted.cancelled() => return Err(ApiError::not_found("Upload URL")),
    };
    let (Some(first), size) = (files.first(), files.iter().map(Received::size).sum::<u64>()) else {
        return Err(ApiError::bad_request("There is no file in the form; its field is to be named file"));
    };
    let file = first.name(None, &process.input_format);
    if process.add_inputs(files)? {
        run::spawn(&app, &process, Vec::new());
    }
    Ok(json_answer(200, &json!({"file": file, "size": size, "message": "File saved."}), None))
}

async fn receive(
    inbox: &Inbox,
    process: &Process,
    name: &str,
    request: Request,
) -> Result<Vec<Received>, ApiError> {
    let (parts, body) = request.into_parts();
    if body::is(&parts, "multipart/form-data") {
        let check = |_: &Params, files: usize| {
            let state = process.state.borrow();
            state.awaits_upload()?;
            // Who combines or archives may bring all in one form, without having told how many.
            let untold = state.job.mode.takes_several() && state.job.expects_uploads() == Some(1);
            let most = if untold { form::MAX_FILES } else { state.missing_uploads() };
            form::at_most(most, files)
        };
        return form::read(&parts, body, inbox, &mut Params::default(), form::MAX_TEXT, check).await;
    }
    let mut file = inbox.open(Some(percent_decode_str(name).decode_utf8_lossy().into_owned())).await?;
    file.announced(body::length(&parts))?;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        file.write(&chunk.map_err(|error| ApiError::broken_body(&error))?).await?;
    }
    Ok(vec![file.finish().await?])
}
