//! A conversion's way through its steps: `input`, `wait`, `convert`, `output`, then `finished` or `error`.

mod callback;
mod fetch;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;

use crate::app::App;
use crate::engine::{Failure, Outcome, Work, archive};
use crate::error::ApiError;
use crate::fault::Kind;
use crate::names::{split, with_extension};
use crate::process::{Output, Process, Served, Step};

/// Runs a started process whose inputs are there, or are at these URLs, until it ends or is deleted.
pub(crate) fn spawn(app: &Arc<App>, process: &Arc<Process>, urls: Vec<reqwest::Url>) {
    let (app, process) = (app.clone(), process.clone());
    tokio::spawn(async move {
        let deleted = process.deleted.clone();
        tokio::select! {
            biased;
            () = deleted.cancelled() => {}
            () = async {
                let result = run(&app, &process, &urls).await;
                process.end(result, app.config.keep);
                callback::call(&app, &process).await;
            } => {}
        }
    });
}

async fn run(app: &Arc<App>, process: &Arc<Process>, urls: &[reqwest::Url]) -> Result<(), ApiError> {
    fetch::fetch(app, process, urls).await?;
    let timeout = process.state.borrow().job.timeout;
    let slot = wait(app, process).await?;
    let converted = tokio::time::timeout(timeout, convert(app, process, slot)).await;
    converted.unwrap_or_else(|_| {
        process.progress.cancel();
        Err(ApiError::new(422, "The conversion was cancelled, because it took longer than its timeout"))
    })
}

/// Waits for a free engine. Without need there is no step `wait`.
async fn wait(app: &App, process: &Process) -> Result<OwnedSemaphorePermit, ApiError> {
    if let Some(fault) = app.faults.strike(Kind::Run) {
        process.step(Step::Wait, "Waiting for a free conversion host");
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
        if let Some(status) = fault.status {
            let retry_after = fault.header("retry-after").and_then(|seconds| seconds.parse().ok());
            let message = fault.body.unwrap_or_else(|| "There is no conversion host available".to_owned());
            return Err(ApiError { status, message, retry_after });
        }
    }
    if let Ok(slot) = app.slots.clone().try_acquire_owned() {
        return Ok(slot);
    }
    process.step(Step::Wait, "Waiting for a free conversion host");
    let closed = |_| ApiError::new(503, "The service is about to stop");
    app.slots.clone().acquire_owned().await.map_err(closed)
}

async fn convert(app: &Arc<App>, process: &Arc<Process>, slot: OwnedSemaphorePermit) -> Result<(), ApiError> {
    let (inputs, job) = {
        let state = process.state.borrow();
        (state.inputs.clone(), state.job.clone())
    };
    process.step(Step::Convert, &format!("Converting to {}...", job.output_format));
    let stem = inputs.first().map(|input| split(&input.name).0).unwrap_or_default();
    let work = Work {
        mode: job.mode,
        inputs,
        input_format: process.input_format.clone(),
        output_format: job.output_format,
        options: job.options,
        output_dir: process.folder.join("output"),
        stem,
    };
    let (app, process) = (app.clone(), process.clone());
    let blocking = tokio::task::spawn_blocking(move || {
        // Held until the engine has really ended, also where nobody waits for it any more.
        let _slot = slot;
        let result = work_out(&app, &process, &work);
        if process.deleted.is_cancelled() {
            process.delete_files();
        }
        result
    });
    blocking.await.map_err(ApiError::task)?
}

/// Converts, and makes the output ready to be downloaded. Blocks.
fn work_out(app: &App, process: &Process, work: &Work) -> Result<(), ApiError> {
    std::fs::create_dir(&work.output_dir).map_err(ApiError::io)?;
    let outcome =
        app.engines.run_apart(app.config.worker.as_deref(), work, &process.progress).map_err(api_error)?;
    process.step(Step::Output, "Preparing the output");
    match outcome {
        Outcome::Info(info) => {
            process.state.send_modify(|state| state.info = Some(info));
        }
        Outcome::Files(files) => {
            let output = output(process, files, &work.stem)?;
            process.state.send_modify(|state| state.output = Some(output));
        }
    }
    Ok(())
}

fn api_error(failure: Failure) -> ApiError {
    match failure {
        Failure::Cancelled => ApiError::new(422, "The conversion was cancelled"),
        Failure::BadParameter(message) => ApiError::bad_request(message),
        Failure::BadInput(message) => ApiError::new(422, message),
        Failure::Unavailable(message) => ApiError { status: 503, message, retry_after: Some(5) },
    }
}

/// One file as it is; several also as one ZIP.
fn output(process: &Process, files: Vec<PathBuf>, stem: &str) -> Result<Output, ApiError> {
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
            archive::zip(&parts.collect::<Vec<_>>(), &path, &process.progress).map_err(api_error)?;
            Served::new(path, with_extension(stem, "zip")).map_err(ApiError::io)?
        }
    };
    Ok(Output { whole, files })
}
