//! A conversion's way through its steps: `input`, `wait`, `convert`, `output`, then `finished` or `error`.

mod callback;
pub(crate) mod fetch;
mod log;
mod queue;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::app::App;
use crate::engine::{Failure, Limits, Outcome, Work, archive, time};
use crate::error::ApiError;
use crate::fault::Kind;
use crate::names::{split, with_extension};
use crate::process::{Output, Process, Served, Step};

pub(crate) use queue::{Queue, Slot};

/// Runs a started process whose inputs are there, or are at these URLs, until it ends or is deleted.
pub(crate) fn spawn(app: &Arc<App>, process: &Arc<Process>, urls: Vec<reqwest::Url>) {
    let (app, process, going_on) = (app.clone(), process.clone(), process.hold());
    tokio::spawn(async move {
        let begun = Instant::now();
        let deleted = process.deleted.clone();
        tokio::select! {
            biased;
            () = deleted.cancelled() => {}
            () = async {
                let result = run(&app, &process, &urls).await;
                process.end(result, app.config.keep);
                log::ended(&process, begun.elapsed());
                callback::call(&app, &process).await;
            } => {}
        }
        drop(going_on);
    });
}

async fn run(app: &Arc<App>, process: &Arc<Process>, urls: &[reqwest::Url]) -> Result<(), ApiError> {
    fetch::fetch(app, process, urls).await?;
    let slot = wait(app, process).await?;
    let (asked, allowed) = times(app, process);
    let converted = tokio::time::timeout(asked.min(allowed), convert(app, process, slot)).await;
    converted.unwrap_or_else(|_| {
        process.progress.cancel();
        let why = if asked <= allowed { "its timeout" } else { "a file of this size may take here" };
        let seconds = asked.min(allowed).as_secs();
        let message = format!("The conversion was cancelled, because it took longer than {why}: {seconds} s");
        Err(ApiError::new(422, message))
    })
}

/// How long the conversion may take: as asked for, and by the size of its inputs.
fn times(app: &App, process: &Process) -> (Duration, Duration) {
    let state = process.state.borrow();
    let job = &state.job;
    let engine = app.engines.find(&process.input_format, &job.output_format, job.mode);
    let allowed = time(engine.map_or("", |engine| engine.group), state.input_size());
    (job.timeout, allowed.mul_f64(app.config.time_factor.max(0.0)))
}

/// Waits for a free engine. Without need there is no step `wait`.
async fn wait(app: &App, process: &Process) -> Result<Slot, ApiError> {
    if let Some(fault) = app.faults.strike(Kind::Run) {
        process.step(Step::Wait, "Waiting for a free conversion host");
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
        if let Some(status) = fault.status {
            let retry_after = fault.header("retry-after").and_then(|seconds| seconds.parse().ok());
            let message = fault.body.unwrap_or_else(|| "There is no conversion host available".to_owned());
            return Err(ApiError { status, message, retry_after });
        }
    }
    if let Some(slot) = app.queue.try_take(&process.key) {
        return Ok(slot);
    }
    process.step(Step::Wait, "Waiting for a free conversion host");
    app.queue.take(&process.key).await.ok_or_else(|| ApiError::new(503, "The service is about to stop"))
}

async fn convert(app: &Arc<App>, process: &Arc<Process>, slot: Slot) -> Result<(), ApiError> {
    let (inputs, job) = {
        let state = process.state.borrow();
        (state.inputs.clone(), state.job.clone())
    };
    // What is only copied may be as large as it was.
    let output = app.config.max_output.saturating_add(inputs.iter().map(|input| input.size).sum());
    let limits = Limits { memory: app.config.max_memory, output };
    process.step(Step::Convert, &format!("Converting to {}...", job.output_format));
    let stem = inputs.first().map(|input| split(&input.name).0).unwrap_or_default();
    let work = Work {
        mode: job.mode,
        inputs,
        input_format: process.input_format.clone(),
        output_format: job.output_format,
        converter: job.converter.to_owned(),
        options: job.options,
        output_dir: process.folder.join("output"),
        stem,
        limits,
    };
    let (app, process) = (app.clone(), process.clone());
    let blocking = tokio::task::spawn_blocking(move || {
        // Held until the engine has really ended, also where nobody waits for it any more.
        let _slot = slot;
        let result = work_out(&app, &process, &work);
        // Whatever it wrote after its files had been deleted.
        if result.is_err() || process.is_over() {
            process.delete_files();
        }
        result
    });
    blocking.await.map_err(ApiError::task)?
}

/// Converts, and makes the output ready to be downloaded. Blocks.
fn work_out(app: &App, process: &Process, work: &Work) -> Result<(), ApiError> {
    std::fs::create_dir(&work.output_dir).map_err(ApiError::io)?;
    let outcome = app
        .engines
        .run_apart(app.config.worker.as_deref(), work, &process.progress)
        .map_err(|failure| api_error(failure, &work.limits))?;
    process.step(Step::Output, "Preparing the output");
    match outcome {
        Outcome::Info(info) => {
            process.state.send_modify(|state| state.info = Some(info));
        }
        Outcome::Files(files) => {
            let output = output(process, files, work)?;
            process.state.send_modify(|state| state.output = Some(output));
        }
    }
    Ok(())
}

/// What a failure of an engine is to the user.
pub(crate) fn api_error(failure: Failure, limits: &Limits) -> ApiError {
    let too_large = |what: &str, bytes: u64| {
        let megabytes = bytes >> 20;
        ApiError::new(422, format!("The input file is too large for this conversion: {what} {megabytes} MiB"))
    };
    match failure {
        Failure::TooMuchMemory => too_large("it needs more memory than", limits.memory),
        Failure::TooMuchOutput => too_large("its output is larger than", limits.output),
        Failure::Cancelled => ApiError::new(422, "The conversion was cancelled"),
        Failure::BadParameter(message) => ApiError::bad_request(message),
        Failure::BadInput(message) => ApiError::new(422, message),
        Failure::Unavailable(message) => ApiError { status: 503, message, retry_after: Some(5) },
    }
}

/// One file as it is; several also as one ZIP.
fn output(process: &Process, files: Vec<PathBuf>, work: &Work) -> Result<Output, ApiError> {
    let served = |path: PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Served::new(path, name)
    };
    let mut files = files.into_iter().map(served).collect::<Result<Vec<_>, _>>().map_err(ApiError::io)?;
    let whole = match files.len() {
        0 => return Err(ApiError::new(422, "The conversion gave no output")),
        1 => files.remove(0),
        _ => {
            let path = process.folder.join("output.zip");
            let parts = files.iter().map(|file| (file.path.as_path(), file.name.as_str()));
            archive::zip(&parts.collect::<Vec<_>>(), &path, &process.progress)
                .map_err(|failure| api_error(failure, &work.limits))?;
            Served::new(path, with_extension(&work.stem, "zip")).map_err(ApiError::io)?
        }
    };
    Ok(Output { whole, files })
}
