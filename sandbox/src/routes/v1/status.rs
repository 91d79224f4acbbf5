//! `GET` of the process URL, with or without `?wait`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::Process;
use super::extract::ById;
use super::kind::waits;
use super::process::{Step, unix};
use super::words::for_client;
use crate::app::App;
use crate::engine::Mode;
use crate::error::{ApiError, json_answer};
use crate::jobs::Task;
use crate::names::split;
use crate::routes::caller::Query;
use crate::serve::{Host, Seat};

pub(super) async fn status(
    State(app): State<Arc<App>>,
    host: Host,
    seat: Seat,
    Query(params): Query,
    ById(process): ById,
) -> Result<Response, ApiError> {
    if waits(&params) && process.step().is_some() {
        seat.wait(process.0.wait()).await?;
    }
    Ok(answer(&app, &process, &host.public))
}

/// The status; that of a failed conversion comes with its HTTP status.
pub(super) fn answer(app: &App, process: &Process, host: &str) -> Response {
    let failure = process.failure();
    let status = failure.as_ref().map_or(200, |failure| failure.status);
    json_answer(status, &shape(app, process, host), failure.and_then(|failure| failure.retry_after))
}

/// Where the output is to be downloaded, once it is there.
pub(super) fn download_url(process: &Process, host: &str) -> Option<String> {
    Some(format!("//{host}/download/~{}", process.export()?.id))
}

/// The status, with URLs on the host under which the client knows the service.
pub(super) fn shape(app: &App, process: &Process, host: &str) -> Value {
    let (id, step, failure) = (&process.0.id, process.step(), process.failure());
    let mut status = json!({
        "id": id, "url": process.url(host), "host": host, "message": message(process, step),
        "expire": unix(process.0.expires(app.config.keep)),
    });
    let Some(step) = step else { return status };
    status["step"] = step.as_str().into();
    status["percent"] = percent(process, step);
    let (started, ended) = process.times();
    status["starttime"] = started.map(unix).into();
    if let Some(import) = process.import() {
        if process.awaits_upload().is_ok() {
            status["upload"] = json!({"url": format!("//{host}/upload/~{}", import.id)});
        }
        status["input"] = input(import);
    } else {
        status["input"] = json!({"type": ""});
    }
    converter(process, &mut status);
    if let Some(output) = output(process, host).filter(|_| step != Step::Error) {
        status["output"] = output;
    }
    if let Some(tag) = process.0.tag() {
        status["tag"] = tag.clone();
    }
    if step == Step::Finished || step == Step::Error {
        status["endtime"] = ended.map(unix).into();
    }
    if let Some(failure) = failure {
        status["code"] = failure.status.into();
        status["error"] = status["message"].clone();
    }
    status
}

fn message(process: &Process, step: Option<Step>) -> String {
    let said = match step {
        None => "The process was created",
        Some(Step::Input) if process.awaits_upload().is_ok() => "Waiting for the upload of input files",
        Some(Step::Input) => "Reading the input file",
        Some(Step::Wait) => "Waiting for a free conversion host",
        Some(Step::Convert) => {
            let Some((task, work)) = process.work() else { return String::new() };
            let said = task.progress.get().1;
            return if said.is_empty() { format!("Converting to {}...", work.output_format) } else { said };
        }
        Some(Step::Output) => "Preparing the output",
        Some(Step::Finished) => "Conversion finished!",
        Some(Step::Error) => return process.failure().map(|failure| failure.message).unwrap_or_default(),
    };
    said.to_owned()
}

fn percent(process: &Process, step: Step) -> Value {
    let percent = process.work().map_or(0.0, |(task, _)| task.progress.get().0);
    match step {
        Step::Input | Step::Wait => json!(0),
        Step::Finished => json!(100),
        _ => json!((percent * 100.0).round() / 100.0),
    }
}

/// What converts, with which options, and what was lost on the way.
fn converter(process: &Process, status: &mut Value) {
    let Some((task, work)) = process.work() else {
        let wish = process.wish();
        status["converter"] = json!({"format": wish.output_format, "type": wish.converter, "options": {}});
        status["warnings"] = json!([]);
        return;
    };
    // Whoever has the URL of a process is not told the password of its input.
    let mut options = for_client(&work.options);
    options.remove("password");
    status["converter"] =
        json!({"format": work.output_format, "type": task.payload.get("engine"), "options": options});
    status["warnings"] = task.warnings().into();
    if let Some(facts) = task.read(|state| state.result.facts.clone()) {
        status["info"] = facts;
    }
}

/// A download may begin before the output is there, and blocks until then.
fn output(process: &Process, host: &str) -> Option<Value> {
    if process.wish().mode == Mode::Info {
        return None;
    }
    let mut output = json!({"url": download_url(process, host)?});
    let state = process.export()?.state();
    if let Some((whole, files)) = state.result.served.split_last() {
        output["filename"] = whole.name.clone().into();
        output["ext"] = split(&whole.name).1.into();
        output["size"] = whole.size.into();
        output["downloads"] = state.downloads.into();
        if !files.is_empty() {
            output["files"] = files.iter().map(|file| file.name.clone()).collect::<Vec<_>>().into();
        }
    }
    Some(output)
}

fn input(import: &Task) -> Value {
    let files = import.read(|state| state.result.files.clone());
    let mut input = json!({"type": import.asked()});
    if let Some(first) = files.first() {
        let (name, ext) = split(&first.name);
        input["filename"] = first.name.clone().into();
        input["size"] = files.iter().map(|file| file.size).sum::<u64>().into();
        input["name"] = name.into();
        input["ext"] = ext.into();
        if files.len() > 1 {
            input["files"] = files.iter().map(|file| file.name.clone()).collect::<Vec<_>>().into();
        }
    }
    input
}
