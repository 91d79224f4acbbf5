//! `POST` to the process URL: the start, which may bring the input along as multipart.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header;
use axum::response::Response;
use serde_json::Value;

use super::download::Asked;
use super::extract::{ById, Query};
use super::{body, download, form, status};
use crate::app::App;
use crate::error::{ApiError, json_answer};
use crate::incoming::Received;
use crate::job::{Brought, Source};
use crate::params::Params;
use crate::process::Process;
use crate::run;
use crate::serve::{Host, Seat};

pub(super) async fn start(
    State(app): State<Arc<App>>,
    ById(process): ById,
    host: Host,
    seat: Seat,
    Query(mut params): Query,
    request: Request,
) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let unnamed = !parts.headers.contains_key(header::USER_AGENT);
    let mut files = Vec::new();
    if body::is(&parts, "multipart/form-data") {
        let several = process.state.borrow().job.mode.takes_several();
        let check = |_: &Params, files: usize| {
            not_started(&process)?;
            form::at_most(if several { form::MAX_FILES } else { 1 }, files)
        };
        files = form::read(&parts, body, &app.inbox, &mut params, form::MAX_TEXT, check).await?;
    } else {
        body::read(&app, &parts, body, &mut params, true).await?;
    }
    let (download, wait) = (Download::asked(&params), params.flag("wait"));
    let begun = begin(&app, &process, params, &host.public, unnamed, files).await?;
    // Where it waits for an upload, it answers at once: how else would the client know where to?
    let waits = (wait || download.is_some()) && process.state.borrow().awaits_upload().is_err();
    match download {
        _ if !waits => Ok(json_answer(200, &begun, None)),
        Some(how) => {
            let output = download::finished(&process, &seat).await?;
            download::serve(Some(&process), &output.whole, &Asked::at_once(how == Download::Inline))
        }
        // Where too many wait already, it is answered how far it is.
        None => Ok(match seat.wait(process.ended()).await {
            Ok(()) => status::answer(&process, &host.public),
            Err(_) => json_answer(200, &begun, None),
        }),
    }
}

/// How `download` asks for the output instead of an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Download {
    Attachment,
    Inline,
}

impl Download {
    pub(super) fn asked(params: &Params) -> Option<Self> {
        if params.text("download").is_some_and(|how| how.eq_ignore_ascii_case("inline")) {
            return Some(Self::Inline);
        }
        params.flag("download").then_some(Self::Attachment)
    }
}

/// Starts a process, with the files that came along. Gives its status as it begins, which is never a finished one:
/// clients learn the end from a later status.
///
/// A start that asks for something wrong is the process's error until there is a better one.
pub(super) async fn begin(
    app: &Arc<App>,
    process: &Arc<Process>,
    params: Params,
    host: &str,
    unnamed: bool,
    files: Vec<Received>,
) -> Result<Value, ApiError> {
    app.takes_work()?;
    not_started(process)?;
    let job = process.state.borrow().job.clone();
    let brought = Brought { host, files: files.len(), unnamed };
    let (job, source) = job
        .start(&app.engines, &process.input_format, &params, &brought)
        .and_then(|(job, source)| may_call_back(app, job.callback.as_ref()).map(|()| (job, source)))
        .inspect_err(|error| process.refuse(error, app.config.keep))?;
    let (files, urls) = match source {
        Source::Upload => (files, None),
        Source::Download(urls) => (Vec::new(), Some(urls)),
        Source::Content(contents) => (content(app, contents, job.filename.as_deref()).await?, None),
    };
    // From here on others may have long parameters.
    drop(params);
    process.start(job, app.config.keep)?;
    let complete = if files.is_empty() { Ok(urls.is_some()) } else { process.add_inputs(files) };
    let complete = complete.inspect_err(|error| process.end(Err(error.clone()), app.config.keep))?;
    let status = process.status(host);
    if complete {
        run::spawn(app, process, urls.unwrap_or_default());
    }
    Ok(status)
}

/// Refuses a second start before anything of it is read.
fn not_started(process: &Process) -> Result<(), ApiError> {
    process.state.borrow().awaits_start()
}

/// Refuses a callback at once that would never be called.
fn may_call_back(app: &App, callback: Option<&reqwest::Url>) -> Result<(), ApiError> {
    match callback {
        Some(url) if !app.egress.may_ask(url) => Err(ApiError::bad_request(
            "callback is on a network that this service does not call; its option --allow-fetch allows one",
        )),
        _ => Ok(()),
    }
}

/// Writes the content of `raw` and `base64` inputs to files.
async fn content(app: &App, contents: Vec<Vec<u8>>, name: Option<&str>) -> Result<Vec<Received>, ApiError> {
    let mut files = Vec::new();
    for content in contents {
        let mut file = app.inbox.open(name.map(str::to_owned)).await?;
        file.write(&content).await?;
        files.push(file.finish().await?);
    }
    Ok(files)
}
