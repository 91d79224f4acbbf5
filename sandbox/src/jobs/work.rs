//! Work: an engine makes files of the files of other tasks.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::operation::Work;
use super::{Ended, Task, TaskFailure, TaskFile};
use crate::app::App;
use crate::engine::{self, Failure, Limits, Mode, Outcome, time};
use crate::error::ApiError;
use crate::names::{Unique, base_name, split};
use crate::process::InputFile;
use crate::run::api_error;

/// Works on these files, once an engine is free.
pub(super) async fn run(
    app: &Arc<App>,
    task: &Arc<Task>,
    work: &Work,
    inputs: Vec<TaskFile>,
) -> Result<Ended, TaskFailure> {
    let stopped = || TaskFailure::new("CANCELLED", "The service is about to stop");
    let slot = app.queue.take(&task.key).await.ok_or_else(stopped)?;
    let allowed = allowed(app, work, &inputs);
    let units = units(app, task, work, inputs)?;
    let engine =
        units.first().and_then(|unit| app.engines.find(&unit.input_format, &unit.output_format, unit.mode));
    task.begin(engine.map(|engine| engine.converter));
    let blocking = {
        let (app, task) = (app.clone(), task.clone());
        tokio::task::spawn_blocking(move || {
            // Held until the engine has really ended, also where nobody waits for it any more.
            let _slot = slot;
            let result = work_out(&app, &task, &units);
            if result.is_err() || task.stop.is_cancelled() {
                task.delete_files();
            }
            result
        })
    };
    let ended = tokio::time::timeout(work.timeout.min(allowed), blocking).await.map_err(|_| {
        task.progress.cancel();
        TaskFailure::new("TIMEOUT", "The task took longer than its timeout")
    })?;
    let ended =
        ended.map_err(|error| TaskFailure::new("CONVERSION_FAILED", ApiError::task(error).message))??;
    named(work, ended)
}

/// What the engines get: all files at once where they become one, else each by itself.
fn units(
    app: &App,
    task: &Task,
    work: &Work,
    inputs: Vec<TaskFile>,
) -> Result<Vec<engine::Work>, TaskFailure> {
    let together = matches!(work.mode, Mode::Combine | Mode::Archive);
    let groups: Vec<Vec<TaskFile>> =
        if together { vec![inputs] } else { inputs.into_iter().map(|input| vec![input]).collect() };
    let unit = |(number, group): (usize, Vec<TaskFile>)| {
        let first = group.first().map(|file| file.name.clone()).unwrap_or_default();
        let input_format = work.input_format.clone().unwrap_or_else(|| split(&first).1);
        let output_format = &work.output_format;
        let Some(engine) = app.engines.find(&input_format, output_format, work.mode) else {
            let message = app.engines.not_supported(&input_format, output_format, work.mode).message;
            return Err(TaskFailure::new("INVALID_CONVERSION_TYPE", message));
        };
        // What is only copied may be as large as it was.
        let output = app.config.max_output.saturating_add(group.iter().map(|file| file.size).sum());
        let folder = task.folder(&format!("output-{number}"));
        let inputs =
            group.into_iter().map(|file| InputFile { path: file.path, name: file.name, size: file.size });
        Ok(engine::Work {
            mode: work.mode,
            inputs: inputs.collect(),
            input_format,
            output_format: output_format.clone(),
            converter: engine.converter.to_owned(),
            options: work.options.clone(),
            limits: Limits { memory: app.config.max_memory, output },
            output_dir: folder
                .map_err(|error| TaskFailure::new("CONVERSION_FAILED", ApiError::io(error).message))?,
            stem: split(&first).0,
        })
    };
    groups.into_iter().enumerate().map(unit).collect()
}

/// Works on one unit after the other. Blocks.
fn work_out(app: &App, task: &Task, units: &[engine::Work]) -> Result<Ended, TaskFailure> {
    let (mut ended, mut names) = (Ended::default(), Unique::default());
    for unit in units {
        match app
            .engines
            .run_apart(app.config.worker.as_deref(), unit, &task.progress)
            .map_err(|error| failure(error, &unit.limits))?
        {
            Outcome::Info(facts) => ended.metadata = Some(facts),
            Outcome::Files(paths) => {
                for path in paths {
                    ended.files.push(file(path, &mut names)?);
                }
            }
        }
    }
    Ok(ended)
}

fn file(path: PathBuf, names: &mut Unique) -> Result<TaskFile, TaskFailure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let size = path
        .metadata()
        .map_err(|error| TaskFailure::new("CONVERSION_FAILED", ApiError::io(error).message))?;
    Ok(TaskFile { path, name: names.take(&name), size: size.len() })
}

/// Gives the outputs the name that was asked for; of several, with their number.
fn named(work: &Work, mut ended: Ended) -> Result<Ended, TaskFailure> {
    let Some(name) = &work.filename else { return Ok(ended) };
    let name = base_name(name);
    if ended.files.len() > 1 && !name.contains("%d") {
        let message = "There are several outputs, so their filename needs %d for the number";
        return Err(TaskFailure::new("INVALID_FILENAME", message));
    }
    for (number, file) in ended.files.iter_mut().enumerate() {
        file.name = name.replace("%d", &(number + 1).to_string());
    }
    Ok(ended)
}

/// How long the work may take, by the size of its inputs.
fn allowed(app: &App, work: &Work, inputs: &[TaskFile]) -> Duration {
    let format = |file: &TaskFile| work.input_format.clone().unwrap_or_else(|| split(&file.name).1);
    let engine =
        inputs.first().and_then(|file| app.engines.find(&format(file), &work.output_format, work.mode));
    let allowed = time(engine.map_or("", |engine| engine.group), inputs.iter().map(|file| file.size).sum());
    allowed.mul_f64(app.config.time_factor.max(0.0))
}

fn failure(failure: Failure, limits: &Limits) -> TaskFailure {
    let code = match failure {
        Failure::Cancelled => "CANCELLED",
        Failure::BadParameter(_) => "INVALID_DATA",
        _ => "CONVERSION_FAILED",
    };
    TaskFailure::new(code, api_error(failure, limits).message)
}
