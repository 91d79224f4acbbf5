//! `POST` to the process URL: the start, which may bring the input along as multipart.

use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::asked::{Download, Start};
use super::extract::ById;
use super::source::{Brought, Source};
use super::{Process, callback, download, status};
use crate::app::App;
use crate::engine::Mode;
use crate::error::{ApiError, json_answer};
use crate::incoming::Received;
use crate::jobs::{Beginning, Begun, Bundle, Export, Job, Naming, New, Operation, Task, Work};
use crate::params::Params;
use crate::routes::caller::Query;
use crate::routes::download::Asked;
use crate::routes::{body, form};
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
        let several = process.wish().mode.takes_several();
        let check = |_: &Params, coming: &form::Coming| {
            process.awaits_start()?;
            form::at_most(if several { form::MAX_FILES } else { 1 }, coming.before)
        };
        let terms = form::Terms { most: form::MAX_TEXT, of_mail: true, check };
        files = form::read(&parts, body, &app.jobs.inbox, &mut params, terms).await?;
    } else {
        body::read(&app, &parts, body, &mut params, true).await?;
    }
    let (download, wait) = (Download::asked(&params), params.flag("wait"));
    let begun = begin(&app, &process, params, &host, unnamed, files).await?;
    // Where it waits for an upload, it answers at once: how else would the client know where to?
    let waits = (wait || download.is_some()) && process.awaits_upload().is_err();
    match download {
        _ if !waits => Ok(json_answer(200, &begun, None)),
        Some(how) => download::whole_of(&process, &seat, &Asked::at_once(how == Download::Inline)).await,
        // Where too many wait already, it is answered how far it is.
        None => Ok(match seat.wait(process.0.wait()).await {
            Ok(()) => status::answer(&app, &process, &host.public),
            Err(_) => json_answer(200, &begun, None),
        }),
    }
}

/// Starts a process, with the files that came along. Gives its status as it begins, which is never a finished one:
/// clients learn the end from a later status.
///
/// A start that asks for something wrong is the process's error until there is a better one.
pub(super) async fn begin(
    app: &Arc<App>,
    process: &Process,
    params: Params,
    host: &Host,
    unnamed: bool,
    files: Vec<Received>,
) -> Result<Value, ApiError> {
    app.takes_work()?;
    process.awaits_start()?;
    let brought = Brought { files: files.len(), unnamed };
    let asked = process.wish().start(&app.jobs.engines, &params, &brought);
    let asked = asked
        .and_then(|(start, source)| may_call_back(app, start.callback.as_ref()).map(|()| (start, source)));
    let (start, source) = asked.inspect_err(|error| process.0.refuse(error.clone()))?;
    let (files, urls) = match source {
        Source::Upload(_) => (files, None),
        Source::Download(urls) => (Vec::new(), Some(urls)),
        Source::Content(contents) => (content(app, contents, start.filename.as_deref()).await?, None),
    };
    // From here on others may have long parameters.
    drop(params);
    let begun = Begun {
        tag: start.tag.clone(),
        base: host.public.clone(),
        tell: start.callback.clone(),
        at: SystemTime::now(),
    };
    let tasks = tasks(&process.0, start, urls);
    if !process.0.begin(Beginning { begun, tasks }) {
        process.awaits_start()?;
    }
    let received = match process.import().filter(|_| !files.is_empty()) {
        Some(import) => import.receive(files).map(drop),
        None => Ok(()),
    };
    let status = status::shape(app, process, &host.public);
    app.jobs.run(&process.0);
    callback::watch(app, process);
    received.map(|()| status).map_err(|failure| failure.error)
}

/// The tasks of a process: an import, work, and an export where there is an output.
fn tasks(job: &Job, start: Start, urls: Option<Vec<reqwest::Url>>) -> Vec<Arc<Task>> {
    let payload = |members: Value| members.as_object().cloned().unwrap_or_default();
    let wish = start.wish;
    let naming = Naming { filename: start.filename, format: Some(wish.input_format.clone()) };
    let import = match urls {
        Some(urls) => Operation::Fetch { urls, headers: HeaderMap::new(), naming },
        None => Operation::Receive { files: start.uploads, naming },
    };
    let import = job.task(New::unnamed(import, payload(json!({"operation": start.input})), Vec::new()));
    let work = Operation::Work(Work {
        mode: wish.mode,
        input_format: Some(wish.input_format),
        output_format: wish.output_format,
        filename: None,
        timeout: start.timeout,
        options: start.options,
        engine: Some(wish.converter.clone()),
        engine_version: None,
        image: false,
    });
    let asked = payload(json!({"operation": wish.mode.as_str(), "engine": wish.converter}));
    let work = job.task(New::unnamed(work, asked, vec![import.clone()]));
    if wish.mode == Mode::Info {
        return vec![import, work];
    }
    let export = Operation::Export(Export { inline: false, bundle: Bundle::Besides, once: !start.save });
    let export = job.task(New::unnamed(export, payload(json!({"operation": "output"})), vec![work.clone()]));
    vec![import, work, export]
}

/// Refuses a callback at once that would never be called.
fn may_call_back(app: &App, callback: Option<&reqwest::Url>) -> Result<(), ApiError> {
    match callback.and_then(|url| app.jobs.egress.refuses(url)) {
        Some(why) => Err(ApiError::bad_request(format!("callback {why}"))),
        None => Ok(()),
    }
}

/// Writes the content of `raw` and `base64` inputs to files.
async fn content(app: &App, contents: Vec<Vec<u8>>, name: Option<&str>) -> Result<Vec<Received>, ApiError> {
    let mut files = Vec::new();
    for content in contents {
        let mut file = app.jobs.inbox.open(name.map(str::to_owned)).await?;
        file.write(&content).await?;
        files.push(file.finish().await?);
    }
    Ok(files)
}
