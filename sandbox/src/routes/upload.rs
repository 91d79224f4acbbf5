//! `PUT` and `POST` to `upload.url`: the input, straight to disk.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::Response;
use futures_util::StreamExt;
use serde_json::json;

use super::is;
use crate::app::App;
use crate::error::{ApiError, json_answer};
use crate::params::Params;
use crate::process::{InputFile, Process, Step};
use crate::run::{self, Incoming};

pub(super) async fn put(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    accept(&app, &token, None, request).await
}

pub(super) async fn put_named(
    State(app): State<Arc<App>>,
    Path((token, name)): Path<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    accept(&app, &token, Some(name), request).await
}

pub(super) async fn post(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    accept(&app, &token, None, request).await
}

pub(super) async fn post_named(
    State(app): State<Arc<App>>,
    Path((token, name)): Path<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    accept(&app, &token, Some(name), request).await
}

/// Holds the right to upload; gives it back when the upload breaks off.
struct Claim<'a>(Option<&'a Process>);

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if let Some(process) = self.0 {
            process.state.send_modify(|state| state.uploading = false);
        }
    }
}

async fn accept(
    app: &Arc<App>,
    token: &str,
    name: Option<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let process = app.by_token(token).filter(|process| process.upload_token == token.trim_start_matches('~'));
    let process = process.ok_or_else(|| ApiError::not_found("Upload URL"))?;
    let mut claim = claim(&process)?;
    let mut params = Params::default();
    let file = if is(&request, "multipart/form-data") {
        receive(app, &process, request, &mut params).await?
    } else {
        Some(receive_plain(app, &process, name.as_deref().unwrap_or_default(), request).await?)
    };
    let file = file.ok_or_else(|| {
        ApiError::bad_request("There is no file in the form; its field is to be named file")
    })?;
    claim.0 = None;
    let answer = json!({"file": file.filename, "size": file.size, "message": "File saved."});
    process.state.send_modify(|state| state.input = Some(file));
    run::spawn(app, &process);
    Ok(json_answer(200, &answer, None))
}

/// One upload at a time, and none to a process that does not wait for one.
fn claim(process: &Process) -> Result<Claim<'_>, ApiError> {
    let mut refused = None;
    process.state.send_modify(|state| {
        if state.step != Some(Step::Input) || state.start.input != "upload" {
            refused = Some("The process does not wait for an upload");
        } else if state.uploading {
            refused = Some("The input is being uploaded already");
        } else {
            state.uploading = true;
        }
    });
    match refused {
        Some(message) => Err(ApiError::bad_request(message)),
        None => Ok(Claim(Some(process))),
    }
}

async fn receive_plain(
    app: &App,
    process: &Process,
    name: &str,
    request: Request,
) -> Result<InputFile, ApiError> {
    let mut file = Incoming::create(process, name).await?;
    let mut body = request.into_body().into_data_stream();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| ApiError::bad_request("The upload broke off"))?;
        file.write(&chunk, app.config.max_input).await?;
    }
    file.finish().await
}

/// Reads a multipart body: files go to disk, other fields among the parameters. Several files become several inputs.
///
/// A part is a file when it has a file name, so the documentation's own example (`Content-Disposition: file`) is one.
pub(super) async fn receive(
    app: &App,
    process: &Process,
    request: Request,
    params: &mut Params,
) -> Result<Option<InputFile>, ApiError> {
    let broken = |_| ApiError::bad_request("The multipart body is broken or broke off");
    let boundary = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = boundary.and_then(|value| multer::parse_boundary(value).ok());
    let boundary = boundary.ok_or_else(|| ApiError::bad_request("The multipart body has no boundary"))?;
    let mut form = multer::Multipart::new(request.into_body().into_data_stream(), boundary);
    let mut input: Option<InputFile> = None;
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        let Some(name) = field.file_name().map(decode_name) else {
            let name = field.name().unwrap_or_default().to_owned();
            params.add(&name, field.text().await.map_err(broken)?);
            continue;
        };
        let mut file = Incoming::create(process, &name).await?;
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            file.write(&chunk, app.config.max_input).await?;
        }
        let file = file.finish().await?;
        match &mut input {
            None => input = Some(file),
            Some(first) => {
                first.paths.extend(file.paths);
                first.size += file.size;
            }
        }
    }
    Ok(input)
}

/// Browsers write quotes and line breaks in file names percent-encoded, and nothing else.
fn decode_name(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}
