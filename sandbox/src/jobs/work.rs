//! Work: an engine makes files of the files of other tasks.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::queue::Slot;
use super::state::Ended;
use super::units::{Part, Unit, units};
use super::{Job, Jobs, Operation, Shape, Task, TaskFailure, Work};
use crate::engine::{self, Failure, Limits, Mode, Outcome, time};
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
    named(task, work, ended.map_err(|error| failed(ApiError::task(error)))??)
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
fn chosen(jobs: &Jobs, units: &[Unit]) -> (Option<&'static str>, Duration) {
    let mut works = units.iter().map(Unit::last);
    let engine = works.next().and_then(|unit| {
        let converter = Some(unit.converter.as_str());
        jobs.engines.find_named(converter, &unit.input_format, &unit.output_format, unit.mode)
    });
    let bytes = units.iter().flat_map(|unit| &unit.last().inputs).map(|file| file.size).sum();
    let allowed = time(engine.map_or("", |engine| engine.group), bytes);
    (engine.map(|engine| engine.converter), allowed.mul_f64(jobs.config.time_factor.max(0.0)))
}

fn spawn(
    jobs: &Arc<Jobs>,
    job: &Arc<Job>,
    task: &Arc<Task>,
    units: Vec<Unit>,
    slot: Slot,
) -> tokio::task::JoinHandle<Result<Ended, TaskFailure>> {
    let (jobs, job, task) = (jobs.clone(), job.clone(), task.clone());
    tokio::task::spawn_blocking(move || {
        // Held until the engine has really ended, also where nobody waits for it any more.
        let _slot = slot;
        let engine = task.read(|state| state.engine.clone()).filter(|_| job.shape != Shape::Process);
        if let Some(engine) = engine {
            // Looked up here, so that nobody waits for it who asks for the task.
            tell_version(&task, &engine, engine::version(&engine));
        }
        let result = work_out(&jobs, &task, units);
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

/// Tells where another version of an engine was asked for than there is.
fn tell_version(task: &Task, engine: &str, there: Option<String>) {
    let Operation::Work(Work { engine_version: Some(wanted), .. }) = &task.operation else { return };
    if there.as_ref() != Some(wanted) {
        let there = there.unwrap_or_else(|| "the one of this machine".to_owned());
        task.progress.warn(format!("This service has no version {wanted} of {engine}; {there} is used"));
    }
}

/// Works on one unit after the other. Blocks.
fn work_out(jobs: &Jobs, task: &Task, units: Vec<Unit>) -> Result<Ended, TaskFailure> {
    let (mut ended, mut names) = (Ended::default(), Unique::default());
    // A command may be for what it says alone.
    let is_command = units.iter().any(|unit| unit.last().mode == Mode::Command);
    for unit in units {
        let outcome = match unit {
            Unit::Last(work) => run_engine(jobs, task, &work)?,
            Unit::Joined { parts, last } => {
                let inputs = made(jobs, task, parts)?;
                run_engine(jobs, task, &engine::Work { inputs, ..last })?
            }
        };
        match outcome {
            Outcome::Info(facts) => ended.facts = Some(facts),
            Outcome::Files(paths) => {
                for path in paths {
                    ended.files.push(file(path, &mut names)?);
                }
            }
            Outcome::Command { files, output } => {
                for path in files {
                    ended.files.push(file(path, &mut names)?);
                }
                ended.output = output;
            }
        }
    }
    if ended.files.is_empty() && ended.facts.is_none() && !is_command {
        return Err(failed(ApiError::new(422, "The conversion gave no output")));
    }
    Ok(ended)
}

fn run_engine(jobs: &Jobs, task: &Task, work: &engine::Work) -> Result<Outcome, TaskFailure> {
    let outcome = engine::run(&jobs.engines, jobs.config.worker.as_deref(), work, &task.progress);
    outcome.map_err(|error| failure(error, &work.limits))
}

/// The parts of a file, made where they are not there yet.
fn made(jobs: &Jobs, task: &Task, parts: Vec<Part>) -> Result<Vec<StoredFile>, TaskFailure> {
    let mut files = Vec::new();
    for part in parts {
        match part {
            Part::Ready(file) => files.push(file),
            Part::Made(work) => {
                if let Outcome::Files(paths) = run_engine(jobs, task, &work)? {
                    for path in paths {
                        files.push(file(path, &mut Unique::default())?);
                    }
                }
            }
        }
    }
    Ok(files)
}

fn file(path: PathBuf, names: &mut Unique) -> Result<StoredFile, TaskFailure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let size = path.metadata().map_err(|error| failed(ApiError::io(error)))?.len();
    Ok(StoredFile { path, name: names.take(&name), size })
}

/// Gives the outputs the name that was asked for; of several, with their number. Tells where that is the name of another
/// format, by which the next task would take them for it.
fn named(task: &Task, work: &Work, mut ended: Ended) -> Result<Ended, TaskFailure> {
    let Some(name) = &work.filename else { return Ok(ended) };
    let name = base_name(name);
    if ended.files.len() > 1 && !name.contains("%d") {
        let message = "There are several outputs, so their filename needs %d for the number";
        return Err(TaskFailure::new("INVALID_FILENAME", ApiError::new(422, message)));
    }
    for (number, file) in ended.files.iter_mut().enumerate() {
        let format = split(&file.name).1;
        file.name = name.replace("%d", &(number + 1).to_string());
        let is_other = same_format(&split(&file.name).1) != same_format(&format);
        if is_other && !format.is_empty() && work.mode != Mode::Command {
            task.progress.warn(format!("{} does not end in .{format}, which the output is", file.name));
        }
    }
    Ok(ended)
}

/// The usual one of the extensions that mean the same.
fn same_format(extension: &str) -> &str {
    match extension {
        "jpeg" => "jpg",
        "tif" => "tiff",
        "htm" => "html",
        "markdown" => "md",
        "tgz" => "tar.gz",
        other => other,
    }
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
        Failure::BadOption(message) => TaskFailure {
            of_option: true,
            ..TaskFailure::new("INVALID_DATA", ApiError::bad_request(message))
        },
        Failure::BadParameter(message) => TaskFailure::new("INVALID_DATA", ApiError::bad_request(message)),
        Failure::BadInput(message) => failed(ApiError::new(422, message)),
        Failure::Unavailable(message) => failed(ApiError { status: 503, message, retry_after: Some(5) }),
    }
}
