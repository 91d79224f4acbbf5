//! What engines are given of a task's inputs.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Jobs, Task, TaskFailure, Work};
use crate::engine::{self, Limits, Mode};
use crate::error::ApiError;
use crate::file::StoredFile;
use crate::names::{base_name, split};

/// What the engines get: all files at once where they become one, else each by itself.
pub(super) fn units(
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
    let output_dir = task
        .make_folder(&format!("output-{number}"))
        .map_err(|error| TaskFailure::new("CONVERSION_FAILED", ApiError::io(error)))?;
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
        sources: if work.mode == Mode::Command { sources(task) } else { Vec::new() },
    })
}

/// For each input the task that it comes from, as a command calls it.
fn sources(task: &Task) -> Vec<String> {
    let of = |input: &Arc<Task>| {
        let name = input.name.clone().unwrap_or_else(|| input.id.clone());
        std::iter::repeat_n(name, input.state.borrow().result.files.len())
    };
    task.inputs.iter().flat_map(of).collect()
}

/// What the output of a web page is called.
fn host(work: &Work) -> String {
    let url =
        work.options.get("url").and_then(Value::as_str).and_then(|url| url.parse::<reqwest::Url>().ok());
    url.and_then(|url| url.host_str().map(base_name)).unwrap_or_else(|| "page".to_owned())
}
