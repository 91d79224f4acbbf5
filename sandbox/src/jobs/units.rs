//! What engines are given of a task's inputs.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Jobs, Task, TaskFailure, Work};
use crate::engine::{self, Limits, Mode, URL};
use crate::error::ApiError;
use crate::file::{StoredFile, make_task_folder};
use crate::names::{base_name, split};

/// What files become that are joined.
const PDF: &str = "pdf";

/// What is worked on, one after the other.
pub(super) enum Unit {
    /// Its outputs are those of the task.
    Last(engine::Work),
    /// All files that it is given become one. What are no PDFs become such before.
    Joined { parts: Vec<Part>, last: engine::Work },
}

/// What becomes a part of another file.
pub(super) enum Part {
    Ready(StoredFile),
    Made(Box<engine::Work>),
}

/// What the engines get: all files at once where they become one, else each by itself.
pub(super) fn units(
    jobs: &Jobs,
    task: &Task,
    work: &Work,
    inputs: Vec<StoredFile>,
) -> Result<Vec<Unit>, TaskFailure> {
    if work.mode == Mode::Combine && is_mixed(jobs, work, &inputs) {
        return Ok(vec![joined(jobs, task, work, inputs)?]);
    }
    let (inputs, image) = apart(task, work, inputs)?;
    let groups: Vec<Vec<StoredFile>> = if work.mode.takes_several() || !work.mode.takes_input() {
        vec![inputs]
    } else {
        inputs.into_iter().map(|input| [vec![input], image.clone()].concat()).collect()
    };
    let units = groups.into_iter().enumerate().map(|(number, group)| unit(jobs, task, work, number, group));
    units.map(|unit| unit.map(Unit::Last)).collect()
}

/// Whether no engine makes one file of all of these as they are.
fn is_mixed(jobs: &Jobs, work: &Work, inputs: &[StoredFile]) -> bool {
    let mut formats = inputs.iter().map(|input| format_of(work, input));
    let first = formats.next().unwrap_or_default();
    !formats.all(|format| format == first)
        || jobs.engines.find(&first, &work.output_format, Mode::Combine).is_none()
}

/// One file of files of several formats, by way of PDF.
fn joined(jobs: &Jobs, task: &Task, work: &Work, inputs: Vec<StoredFile>) -> Result<Unit, TaskFailure> {
    let count = inputs.len();
    let of_part = |format: &str| Work {
        mode: Mode::Convert,
        input_format: Some(format.to_owned()),
        output_format: PDF.to_owned(),
        engine: None,
        ..work.clone()
    };
    let last = Work { input_format: Some(PDF.to_owned()), ..work.clone() };
    // An option is for those that have it.
    let all: Vec<Work> =
        inputs.iter().map(|input| of_part(&format_of(work, input))).chain([last.clone()]).collect();
    let useless = |name: &String| !all.iter().any(|work| has_option(jobs, work, name));
    for name in work.options.keys().filter(|name| useless(name)) {
        task.progress.warn(no_effect(name, "any of these", PDF));
    }
    let fitting = |mut work: Work| {
        let known = std::mem::take(&mut work.options);
        work.options = known.into_iter().filter(|(name, _)| has_option(jobs, &work, name)).collect();
        work
    };
    let part = |(number, input): (usize, StoredFile)| {
        let format = format_of(work, &input);
        if format == PDF {
            return Ok(Part::Ready(input));
        }
        unit(jobs, task, &fitting(of_part(&format)), number, vec![input])
            .map(|work| Part::Made(Box::new(work)))
    };
    let last = unit(jobs, task, &fitting(last), count, inputs.clone())?;
    let parts = inputs.into_iter().enumerate().map(part).collect::<Result<_, _>>()?;
    Ok(Unit::Joined { parts, last })
}

/// Whether the engine for this has such an option.
fn has_option(jobs: &Jobs, work: &Work, name: &str) -> bool {
    let format = work.input_format.as_deref().unwrap_or_default();
    let engine = jobs.engines.find(format, &work.output_format, work.mode);
    engine.is_some_and(|engine| engine.options.get(name).is_some())
}

fn no_effect(name: &str, from: &str, to: &str) -> String {
    format!("The option {name} has no effect with {}: this service does not have it", pair(from, to))
}

/// Formats as they are told; one that stands for any or for none is left out.
fn pair(from: &str, to: &str) -> String {
    match (from, to) {
        (URL, to) => to.to_owned(),
        (from, "*") => from.to_owned(),
        (from, to) => format!("{from} to {to}"),
    }
}

/// What was asked for, else what the extension says.
fn format_of(work: &Work, input: &StoredFile) -> String {
    work.input_format.clone().unwrap_or_else(|| split(&input.name).1)
}

/// What is worked on, and the picture that is put on it.
fn apart(
    task: &Task,
    work: &Work,
    mut inputs: Vec<StoredFile>,
) -> Result<(Vec<StoredFile>, Vec<StoredFile>), TaskFailure> {
    let image =
        task.inputs.last().filter(|_| work.image).map(|task| task.read(|state| state.result.files.len()));
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
        let (operation, pair) = (task.asked(), pair(&input_format, &output_format));
        let hint = jobs.engines.lacks(&input_format).unwrap_or("The list of operations has what it does");
        let error =
            ApiError::bad_request(format!("{operation}: {pair} is not supported by this service. {hint}"));
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
        task.progress.warn(no_effect(name, &input_format, &output_format));
    }
    // What is only copied may be as large as it was.
    let output = jobs.config.max_output.saturating_add(inputs.iter().map(|file| file.size).sum());
    let output_dir = task.folder.join(format!("output-{number}"));
    make_task_folder(&task.folder)
        .and_then(|()| std::fs::create_dir(&output_dir))
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

impl Unit {
    /// What decides which engine it is.
    pub(super) const fn last(&self) -> &engine::Work {
        match self {
            Self::Last(last) | Self::Joined { last, .. } => last,
        }
    }
}

/// For each input the task that it comes from, as a command calls it.
fn sources(task: &Task) -> Vec<String> {
    let of = |input: &Arc<Task>| {
        let name = input.name.clone().unwrap_or_else(|| input.id.clone());
        std::iter::repeat_n(name, input.read(|state| state.result.files.len()))
    };
    task.inputs.iter().flat_map(of).collect()
}

/// What the output of a web page is called.
fn host(work: &Work) -> String {
    let url =
        work.options.get("url").and_then(Value::as_str).and_then(|url| url.parse::<reqwest::Url>().ok());
    url.and_then(|url| url.host_str().map(base_name)).unwrap_or_else(|| "page".to_owned())
}
