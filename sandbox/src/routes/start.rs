//! `POST` to the process URL: the start, which may bring the input along as multipart.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use serde_json::Value;

use super::{is, params, query, upload};
use crate::app::{App, host};
use crate::error::{ApiError, json_answer};
use crate::params::Params;
use crate::process::{InputFile, Process, Start, Step, now};
use crate::run;

pub(super) async fn start(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let process = app.process(&id)?;
    let host = host(request.headers());
    let params = if is(&request, "multipart/form-data") {
        let mut params = query(&request);
        let file = upload::receive(&app, &process, request, &mut params).await?;
        begin(&app, &process, &params, &host, file).await?;
        params
    } else {
        let params = params(request).await?;
        begin(&app, &process, &params, &host, None).await?;
        params
    };
    answer(&process, &params, &host).await
}

/// Starts a process, with the file if it came along.
pub(super) async fn begin(
    app: &Arc<App>,
    process: &Arc<Process>,
    params: &Params,
    host: &str,
    file: Option<InputFile>,
) -> Result<(), ApiError> {
    let input = params.text("input").or_else(|| file.is_some().then(|| "upload".to_owned()));
    let input = input.ok_or_else(|| not_an_input(params))?;
    if let Some(output) = params.text("outputformat").filter(|f| f.to_lowercase() != process.output_format) {
        let message =
            format!("outputformat is {output}, but the process was created for {}", process.output_format);
        return Err(ApiError::bad_request(message));
    }
    if !params.0.get("output").is_none_or(|output| output.is_null() || output == "") {
        return Err(ApiError::bad_request(
            "This service stores outputs nowhere else; leave out the parameter output",
        ));
    }
    let options = params.object("converteroptions")?;
    let timeout = params.text("timeout").map(|seconds| seconds.parse());
    let timeout =
        timeout.transpose().map_err(|_| ApiError::bad_request("timeout has to be a number of seconds"))?;
    let content = content(&input, params)?;
    let converter = app.engines.find(&process.input_format, &process.output_format, process.mode);
    let start = Start {
        host: host.to_owned(),
        input: input.clone(),
        filename: params.text("filename"),
        options,
        tag: params.0.get("tag").filter(|tag| !tag.is_null()).cloned(),
        callback: params.text("callback"),
        timeout,
        save: params.flag("save"),
    };
    let mut started = false;
    process.state.send_modify(|state| {
        if state.step.is_some() {
            return;
        }
        started = true;
        state.step = Some(Step::Input);
        state.starttime = now();
        state.converter = converter.map_or("", |converter| converter.converter);
        state.uploading = file.is_some();
        state.message = match input.as_str() {
            "upload" => "Waiting for the upload of input files".to_owned(),
            _ => "Reading the input file".to_owned(),
        };
        state.start = start;
        state.input.clone_from(&file);
    });
    if !started {
        return Err(ApiError::bad_request(
            "The process was started already; a process serves one conversion once",
        ));
    }
    match (content, input.as_str()) {
        (Some(content), _) => {
            let name = params.text("filename").unwrap_or_default();
            let mut file = run::Incoming::create(process, &name).await?;
            file.write(&content, app.config.max_input).await?;
            let file = file.finish().await?;
            process.state.send_modify(|state| state.input = Some(file));
            run::spawn(app, process);
        }
        (None, "download") => run::spawn_download(app, process, params.text("file").unwrap_or_default()),
        _ if file.is_some() => run::spawn(app, process),
        _ => {}
    }
    Ok(())
}

/// The content of a `raw` or `base64` input; an error for what this service cannot read from.
fn content(input: &str, params: &Params) -> Result<Option<Vec<u8>>, ApiError> {
    let file = params.text("file");
    let need =
        |file: Option<String>| file.ok_or_else(|| ApiError::bad_request("The parameter file is missing"));
    match input {
        "upload" => Ok(None),
        "download" => {
            let url = need(file)?;
            let web = url.starts_with("http://") || url.starts_with("https://");
            if web {
                Ok(None)
            } else {
                Err(ApiError::bad_request("file has to be a full URL, with http:// or https://"))
            }
        }
        "raw" | "base64" => {
            if params.text("filename").is_none() {
                return Err(ApiError::bad_request("The parameter filename is missing"));
            }
            let file = need(file)?;
            if input == "raw" {
                return Ok(Some(file.into_bytes()));
            }
            let compact: String = file.split_ascii_whitespace().collect();
            let decoded = base64::engine::general_purpose::STANDARD.decode(compact);
            decoded.map(Some).map_err(|_| ApiError::bad_request("file is not base64"))
        }
        _ => Err(not_an_input(params)),
    }
}

fn not_an_input(params: &Params) -> ApiError {
    match params.0.get("input") {
        None | Some(Value::Null) => ApiError::bad_request("The parameter input is missing"),
        Some(_) => ApiError::bad_request("This service reads from upload, download, raw and base64 only"),
    }
}

/// The answer to a start: the status; with `wait` when the conversion has ended; with `download` the output itself.
pub(super) async fn answer(process: &Process, params: &Params, host: &str) -> Result<Response, ApiError> {
    let download = params.text("download").filter(|value| value != "false");
    let download = download.or_else(|| params.flag("download").then(|| "true".to_owned()));
    if params.flag("wait") || download.is_some() {
        ended(process).await;
    }
    let (status, retry_after) = {
        let state = process.state.borrow();
        (state.http_status(), state.failure.and_then(|(_, seconds)| seconds))
    };
    match download {
        Some(how) if status == 200 => {
            let inline = if how == "inline" { "?inline" } else { "" };
            Ok(see_other(&format!("//{host}/download/~{}{inline}", process.download_token)))
        }
        _ => Ok(json_answer(status, &process.status(host), retry_after)),
    }
}

/// Waits until a process has ended.
pub(super) async fn ended(process: &Process) {
    let _ = process.state.subscribe().wait_for(crate::process::State::ended).await;
}

/// A redirect with 303.
pub(super) fn see_other(url: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(url) = HeaderValue::from_str(url) {
        response.headers_mut().insert(header::LOCATION, url);
    }
    response
}
