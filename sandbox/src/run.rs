//! A conversion's way through its steps: `input`, `wait`, `convert`, `output`, then `finished` or `error`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::io::AsyncWriteExt;

use crate::app::App;
use crate::engine::{Failure, Outcome, Work, archive};
use crate::error::ApiError;
use crate::fault::Kind;
use crate::process::{InputFile, OutputFile, Process, Step, now};
use crate::store::{base_name, split_name};

/// How often a callback that fails is tried again ("we will retry to request the callback url up to 5 times").
const CALLBACK_RETRIES: usize = 5;

/// Starts on an input that is there.
pub(crate) fn spawn(app: &Arc<App>, process: &Arc<Process>) {
    let (app, process) = (app.clone(), process.clone());
    tokio::spawn(async move {
        let seconds = process.state.borrow().start.timeout.unwrap_or(5 * 3600);
        let ended = tokio::time::timeout(Duration::from_secs(seconds), convert(&app, &process)).await;
        let result = ended.unwrap_or_else(|_| {
            process.progress.cancel();
            Err(ApiError::new(422, "The conversion took longer than its timeout"))
        });
        end(&process, result);
        call_back(&app, &process).await;
    });
}

/// Starts with an input that has to be fetched first.
pub(crate) fn spawn_download(app: &Arc<App>, process: &Arc<Process>, url: String) {
    let (app, process) = (app.clone(), process.clone());
    tokio::spawn(async move {
        match fetch(&app, &process, &url).await {
            Ok(()) => spawn(&app, &process),
            Err(error) => {
                end(&process, Err(error));
                call_back(&app, &process).await;
            }
        }
    });
}

fn step(process: &Process, step: Step, message: &str) {
    process.state.send_modify(|state| {
        state.step = Some(step);
        message.clone_into(&mut state.message);
    });
}

async fn convert(app: &Arc<App>, process: &Arc<Process>) -> Result<(), ApiError> {
    step(process, Step::Wait, "Waiting for a free conversion host");
    if let Some(fault) = app.faults.strike(Kind::Run) {
        tokio::time::sleep(fault.delay()).await;
        if let Some(status) = fault.status {
            let retry_after = fault.headers.get("Retry-After").and_then(|seconds| seconds.parse().ok());
            return Err(ApiError { status, message: fault.body, retry_after });
        }
    }
    let _slot = app.slots.acquire().await.map_err(ApiError::internal)?;
    if process.progress.is_cancelled() {
        return Err(ApiError::new(422, "The conversion was cancelled"));
    }
    step(process, Step::Convert, &format!("Converting to {}...", process.output_format));
    let state = process.state.borrow().clone();
    let input = state.input.ok_or_else(|| ApiError::bad_request("There is no input"))?;
    let output_dir = process.folder.join("output");
    tokio::fs::create_dir_all(&output_dir).await.map_err(ApiError::internal)?;
    let stem = split_name(&input.filename).0;
    let work = Work {
        mode: process.mode,
        inputs: input.paths,
        input_format: process.input_format.clone(),
        output_format: process.output_format.clone(),
        options: state.start.options,
        output_dir,
        stem: stem.clone(),
    };
    let (blocking_app, progress) = (app.clone(), process.progress.clone());
    let outcome = tokio::task::spawn_blocking(move || blocking_app.engines.run(&work, &progress))
        .await
        .map_err(ApiError::internal)?
        .map_err(|failure| match failure {
            Failure::Cancelled => ApiError::new(422, "The conversion was cancelled"),
            Failure::BadParameter(message) => ApiError::bad_request(message),
            Failure::BadInput(message) => ApiError::new(422, message),
            Failure::Unavailable(message) => ApiError { status: 503, message, retry_after: Some(5) },
        })?;
    step(process, Step::Output, "Preparing the output");
    match outcome {
        Outcome::Info(info) => process.state.send_modify(|state| state.info = Some(info)),
        Outcome::Files(files) => {
            let output = output(process, files, &stem).await?;
            process.state.send_modify(|state| state.output = Some(output));
        }
    }
    Ok(())
}

/// One file as it is; several also as one ZIP.
async fn output(process: &Process, mut files: Vec<PathBuf>, stem: &str) -> Result<OutputFile, ApiError> {
    let path = match files.len() {
        0 => return Err(ApiError::new(422, "The conversion gave no output")),
        1 => files.remove(0),
        _ => {
            let zip = process.folder.join(format!("{stem}.zip"));
            let (from, to) = (files.clone(), zip.clone());
            let packed = tokio::task::spawn_blocking(move || archive::zip_files(&from, &to)).await;
            packed.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
            zip
        }
    };
    let size = tokio::fs::metadata(&path).await.map_err(ApiError::internal)?.len();
    let filename = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let ext = split_name(&filename).1;
    Ok(OutputFile { path, filename, ext, size, files })
}

fn end(process: &Process, result: Result<(), ApiError>) {
    process.state.send_modify(|state| {
        if state.ended() {
            return;
        }
        state.endtime = now();
        match result {
            Ok(()) => {
                state.step = Some(Step::Finished);
                "Conversion finished!".clone_into(&mut state.message);
            }
            Err(error) => {
                state.step = Some(Step::Error);
                state.message = error.message;
                state.failure = Some((error.status, error.retry_after));
            }
        }
    });
}

/// Fetches the input from its URL, never larger than the limit.
async fn fetch(app: &App, process: &Process, url: &str) -> Result<(), ApiError> {
    let failed = |_| ApiError::new(422, "The input file could not be downloaded from its URL");
    let response = app.http.get(url).send().await.map_err(failed)?;
    if !response.status().is_success() {
        return Err(ApiError::new(422, format!("The URL of the input file answers {}", response.status())));
    }
    let from_url = response.url().path_segments().and_then(|mut path| path.next_back().map(str::to_owned));
    let given = process.state.borrow().start.filename.clone();
    let name = given.or(from_url).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| format!("input.{}", process.input_format));
    let name = percent_encoding::percent_decode_str(&name).decode_utf8_lossy().into_owned();
    let mut body = response.bytes_stream();
    let mut file = Incoming::create(process, &name).await?;
    while let Some(chunk) = body.next().await {
        file.write(&chunk.map_err(failed)?, app.config.max_input).await?;
    }
    let file = file.finish().await?;
    process.state.send_modify(|state| state.input = Some(file));
    Ok(())
}

/// An input on its way in. It counts only when it is finished.
pub(crate) struct Incoming {
    file: tokio::fs::File,
    part: PathBuf,
    path: PathBuf,
    filename: String,
    size: u64,
}

impl Incoming {
    pub(crate) async fn create(process: &Process, name: &str) -> Result<Self, ApiError> {
        let folder = process.folder.join("input");
        tokio::fs::create_dir_all(&folder).await.map_err(ApiError::internal)?;
        let mut filename = base_name(name);
        if Path::new(&filename).extension().is_none() {
            filename = format!("{filename}.{}", process.input_format);
        }
        let part = folder.join(format!("{}.part", crate::store::random_id()));
        let file = tokio::fs::File::create(&part).await.map_err(ApiError::internal)?;
        Ok(Self { file, part, path: folder.join(&filename), filename, size: 0 })
    }

    pub(crate) async fn write(&mut self, chunk: &[u8], limit: u64) -> Result<(), ApiError> {
        self.size += chunk.len() as u64;
        if self.size > limit {
            return Err(ApiError::new(413, format!("The input file is larger than {limit} bytes")));
        }
        self.file.write_all(chunk).await.map_err(ApiError::internal)
    }

    pub(crate) async fn finish(mut self) -> Result<InputFile, ApiError> {
        self.file.flush().await.map_err(ApiError::internal)?;
        tokio::fs::rename(&self.part, &self.path).await.map_err(ApiError::internal)?;
        let (path, filename) = (self.path.clone(), self.filename.clone());
        Ok(InputFile { paths: vec![path], filename, size: self.size })
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.part);
    }
}

/// Tells the callback URL that the process has ended.
async fn call_back(app: &App, process: &Process) {
    let (url, host, step) = {
        let state = process.state.borrow();
        let step = state.step.map_or("error", Step::as_str);
        (state.start.callback.clone(), state.start.host.clone(), step)
    };
    let Some(url) = url else { return };
    let process_url = process.url(&host);
    let process_url = utf8_percent_encode(&process_url, NON_ALPHANUMERIC);
    let join = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{join}id={}&url={process_url}&step={step}", process.id);
    for _ in 0..=CALLBACK_RETRIES {
        match app.http.get(&url).timeout(Duration::from_secs(30)).send().await {
            Ok(response) if response.status().as_u16() < 500 => return,
            _ => tokio::time::sleep(app.config.callback_pause).await,
        }
    }
}
