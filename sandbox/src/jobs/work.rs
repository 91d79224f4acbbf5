//! Work: an engine makes files of the files of other tasks.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use super::queue::Slot;
use super::state::Ended;
use super::{Job, Jobs, Shape, Task, TaskFailure, Work};
use crate::engine::{self, Failure, Limits, Outcome, time};
use crate::error::ApiError;
use crate::fault::Kind;
use crate::file::StoredFile;
use crate::names::{Unique, base_name, split};

/// Works on these files, once an engine is free.
pub(super) async fn run(
    jobs: &Arc<Jobs>,
    job: &Arc<Job>,
    task: &Arc<Task>,
    work: &Work,
    inputs: Vec<StoredFile>,
) -> Result<Ended, TaskFailure> {
    let slot = turn(jobs, job, task).await.map_err(failed)?;
    let units = units(jobs, task, work, inputs)?;
    let (engine, allowed) = chosen(jobs, &units);
    task.begin(engine);
    let blocking = spawn(jobs, job, task, units, slot);
    let least = work.timeout.min(allowed);
    let ended = tokio::time::timeout(least, blocking).await.map_err(|_| {
        task.progress.cancel();
        let why = if work.timeout <= allowed { "its timeout" } else { "a file of this size may take here" };
        let seconds = least.as_secs();
        let message = format!("The conversion was cancelled, because it took longer than {why}: {seconds} s");
        TaskFailure::new("TIMEOUT", ApiError::new(422, message))
    })?;
    named(work, ended.map_err(|error| failed(ApiError::task(error)))??)
}

/// Waits for a free engine, or as long as a fault on demand says.
async fn turn(jobs: &Jobs, job: &Job, task: &Task) -> Result<Slot, ApiError> {
    if let Some(fault) = jobs.faults.strike(Kind::Run) {
        task.queue();
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
        if let Some(status) = fault.status {
            let retry_after = fault.header("retry-after").and_then(|seconds| seconds.parse().ok());
            let message = fault.body.unwrap_or_else(|| "There is no conversion host available".to_owned());
            return Err(ApiError { status, message, retry_after });
        }
    }
    if let Some(slot) = jobs.queue.try_take(&job.key) {
        return Ok(slot);
    }
    task.queue();
    jobs.queue.take(&job.key).await.ok_or_else(|| ApiError::new(503, "The service is about to stop"))
}

/// The engine that does it, and how long it may take by the size of the inputs.
fn chosen(jobs: &Jobs, units: &[engine::Work]) -> (Option<&'static str>, Duration) {
    let engine = units.first().and_then(|unit| {
        let converter = Some(unit.converter.as_str());
        jobs.engines.find_named(converter, &unit.input_format, &unit.output_format, unit.mode)
    });
    let bytes = units.iter().flat_map(|unit| &unit.inputs).map(|file| file.size).sum();
    let allowed = time(engine.map_or("", |engine| engine.group), bytes);
    (engine.map(|engine| engine.converter), allowed.mul_f64(jobs.config.time_factor.max(0.0)))
}

fn spawn(
    jobs: &Arc<Jobs>,
    job: &Arc<Job>,
    task: &Arc<Task>,
    units: Vec<engine::Work>,
    slot: Slot,
) -> tokio::task::JoinHandle<Result<Ended, TaskFailure>> {
    let (jobs, job, task) = (jobs.clone(), job.clone(), task.clone());
    tokio::task::spawn_blocking(move || {
        // Held until the engine has really ended, also where nobody waits for it any more.
        let _slot = slot;
        let result = work_out(&jobs, &task, &units);
        // Whatever it wrote after its files had been deleted.
        if result.is_err() || task.stop.is_cancelled() || task.status().has_ended() {
            task.delete_files();
            if job.shape == Shape::Process {
                job.delete_files();
            }
        }
        result
    })
}

/// What the engines get: all files at once where they become one, else each by itself.
fn units(
    jobs: &Jobs,
    task: &Task,
    work: &Work,
    inputs: Vec<StoredFile>,
) -> Result<Vec<engine::Work>, TaskFailure> {
    let (inputs, image) = apart(task, work, inputs)?;
    let groups: Vec<Vec<StoredFile>> = if work.mode.takes_several() || !work.mode.takes_input() {
        vec![inputs]
    } else {
        inputs.into_iter().map(|input| [vec![input], image.clone()].concat()).collect()
    };
    groups.into_iter().enumerate().map(|(number, group)| unit(jobs, task, work, number, group)).collect()
}

/// What is worked on, and the picture that is put on it.
fn apart(
    task: &Task,
    work: &Work,
    mut inputs: Vec<StoredFile>,
) -> Result<(Vec<StoredFile>, Vec<StoredFile>), TaskFailure> {
    let image = task.inputs.last().filter(|_| work.image).map(|task| task.state.borrow().result.files.len());
    match image {
        None => Ok((inputs, Vec::new())),
        Some(1) if inputs.len() > 1 => {
            let image = inputs.split_off(inputs.len() - 1);
            Ok((inputs, image))
        }
        Some(_) => {
            let error = ApiError::bad_request("image has to name a task with one file");
            Err(TaskFailure::new("INVALID_DATA", error))
        }
    }
}

fn unit(
    jobs: &Jobs,
    task: &Task,
    work: &Work,
    number: usize,
    inputs: Vec<StoredFile>,
) -> Result<engine::Work, TaskFailure> {
    let first = inputs.first().map(|file| file.name.clone()).unwrap_or_default();
    let input_format = work.input_format.clone().unwrap_or_else(|| split(&first).1);
    let output_format =
        if work.output_format == "=" { input_format.clone() } else { work.output_format.clone() };
    let wanted = work.engine.as_deref();
    let Some(engine) = jobs.engines.find_named(wanted, &input_format, &output_format, work.mode) else {
        let error = jobs.engines.not_supported(&input_format, &output_format, work.mode);
        return Err(TaskFailure::new("INVALID_CONVERSION_TYPE", error));
    };
    if let Some(wanted) = wanted.filter(|wanted| *wanted != engine.converter) {
        task.progress
            .warn(format!("This service has no engine {wanted} for it; {} is used", engine.converter));
    }
    // What has no effect is told, and not handed on.
    let known = engine.options.as_object();
    let (options, unknown): (Map<String, Value>, Map<String, Value>) = work
        .options
        .clone()
        .into_iter()
        .partition(|(name, _)| known.is_some_and(|known| known.contains_key(name)));
    for name in unknown.keys() {
        let pair = format!("from {input_format} to {output_format}");
        task.progress.warn(format!("The option {name} has no effect {pair}: this service does not have it"));
    }
    // What is only copied may be as large as it was.
    let output = jobs.config.max_output.saturating_add(inputs.iter().map(|file| file.size).sum());
    let output_dir =
        task.make_folder(&format!("output-{number}")).map_err(|error| failed(ApiError::io(error)))?;
    Ok(engine::Work {
        mode: work.mode,
        inputs,
        input_format,
        output_format,
        converter: engine.converter.to_owned(),
        options,
        limits: Limits { memory: jobs.config.max_memory, output },
        output_dir,
        stem: if work.mode.takes_input() { split(&first).0 } else { host(work) },
        reach: jobs.config.allow_fetch.clone(),
    })
}

/// What the output of a web page is called.
fn host(work: &Work) -> String {
    let url =
        work.options.get("url").and_then(Value::as_str).and_then(|url| url.parse::<reqwest::Url>().ok());
    url.and_then(|url| url.host_str().map(base_name)).unwrap_or_else(|| "page".to_owned())
}

/// Works on one unit after the other. Blocks.
fn work_out(jobs: &Jobs, task: &Task, units: &[engine::Work]) -> Result<Ended, TaskFailure> {
    let (mut ended, mut names) = (Ended::default(), Unique::default());
    for unit in units {
        let worker = jobs.config.worker.as_deref();
        let outcome = jobs.engines.run_apart(worker, unit, &task.progress);
        match outcome.map_err(|error| failure(error, &unit.limits))? {
            Outcome::Info(facts) => ended.facts = Some(facts),
            Outcome::Files(paths) => {
                for path in paths {
                    ended.files.push(file(path, &mut names)?);
                }
            }
        }
    }
    if ended.files.is_empty() && ended.facts.is_none() {
        return Err(failed(ApiError::new(422, "The conversion gave no output")));
    }
    Ok(ended)
}

fn file(path: PathBuf, names: &mut Unique) -> Result<StoredFile, TaskFailure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let size = path.metadata().map_err(|error| failed(ApiError::io(error)))?.len();
    Ok(StoredFile { path, name: names.take(&name), size })
}

/// Gives the outputs the name that was asked for; of several, with their number.
fn named(work: &Work, mut ended: Ended) -> Result<Ended, TaskFailure> {
    let Some(name) = &work.filename else { return Ok(ended) };
    let name = base_name(name);
    if ended.files.len() > 1 && !name.contains("%d") {
        let message = "There are several outputs, so their filename needs %d for the number";
        return Err(TaskFailure::new("INVALID_FILENAME", ApiError::new(422, message)));
    }
    for (number, file) in ended.files.iter_mut().enumerate() {
        file.name = name.replace("%d", &(number + 1).to_string());
    }
    Ok(ended)
}

fn failed(error: ApiError) -> TaskFailure {
    TaskFailure::new("CONVERSION_FAILED", error)
}

/// What a failure of an engine is to the user.
fn failure(failure: Failure, limits: &Limits) -> TaskFailure {
    let too_large = |what: &str, bytes: u64| {
        let megabytes = bytes >> 20;
        ApiError::new(422, format!("The input file is too large for this conversion: {what} {megabytes} MiB"))
    };
    match failure {
        Failure::TooMuchMemory => failed(too_large("it needs more memory than", limits.memory)),
        Failure::TooMuchOutput => failed(too_large("its output is larger than", limits.output)),
        Failure::Cancelled => {
            TaskFailure::new("CANCELLED", ApiError::new(422, "The conversion was cancelled"))
        }
        Failure::BadParameter(message) => TaskFailure::new("INVALID_DATA", ApiError::bad_request(message)),
        Failure::BadInput(message) => failed(ApiError::new(422, message)),
        Failure::Unavailable(message) => failed(ApiError { status: 503, message, retry_after: Some(5) }),
    }
}
