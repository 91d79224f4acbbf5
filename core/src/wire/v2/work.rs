//! The task that does the work.
//!
//! API documentation: <https://cloudconvert.com/api/v2/convert> and the pages of the other operations.

use std::borrow::Cow;

use super::{graph, imports, operations};
use crate::error::Error;
use crate::job::{Input, Job, Mode};
use crate::json::Value;

/// The name of the task before the mark.
pub(super) const NAME: &str = "work";

/// Options stand flat beside these in a task.
const RESERVED: &[&str] = &[
    "operation",
    "input",
    "input_format",
    "output_format",
    "engine",
    "engine_version",
    "filename",
    "timeout",
    "ignore_error",
];

/// Refuses what no operation of this version does.
pub(super) fn check(job: &Job) -> Result<(), Error> {
    if job.mode == Mode::Command && job.engine.is_none() {
        return Err(Error::bad_request("`command` needs the `engine` that has it"));
    }
    if let Some((name, _)) = options(job).find(|(name, _)| RESERVED.contains(&name.as_ref())) {
        return Err(Error::bad_request(
            ["`options` must not have `", name, "`, which has an option of its own"].concat(),
        ));
    }
    let to = job.to.as_str().into();
    operations::of(job.mode).check(|name| if name == "to" { &to } else { option(job, name) })
}

/// The task, which takes the outputs of these tasks.
pub(super) fn task(job: &Job, input: Vec<String>) -> Value<'static> {
    let operation = operations::of(job.mode);
    let mut task = Value::object();
    task.set("operation", operation.name);
    // The inputs of a command stand in `/input/import-1/`, `/input/import-2/`, …
    let sent = |folder: &str| {
        let index = imports::index(folder).filter(|index| imports::name(*index) == folder)?;
        input.get(index).cloned()
    };
    let arguments = option(job, "arguments").text().filter(|_| job.mode == Mode::Command);
    let arguments = arguments.map(|arguments| graph::folders(arguments, &sent));
    if let (Mode::CaptureWebsite, Input::Download { urls }) = (job.mode, &job.input) {
        task.set_some("url", urls.first().cloned());
    } else {
        task.set("input", input.into_iter().map(Value::from).collect::<Vec<_>>());
    }
    task.set_some("input_format", operation.from.then(|| job.from.clone()));
    task.set_some("output_format", operation.to.then(|| job.to.clone()));
    task.set_some("engine", job.engine.clone());
    task.set_some("engine_version", job.engine_version.clone());
    task.set_some("filename", job.output_filename.clone());
    task.set_some("timeout", job.timeout);
    for (name, value) in options(job).filter(|(name, _)| arguments.is_none() || name != "arguments") {
        task.set(name.clone(), value.clone());
    }
    task.set_some("arguments", arguments);
    task
}

/// The options of the operation, and further parameters.
fn options(job: &Job) -> impl Iterator<Item = &(Cow<'static, str>, Value<'static>)> {
    job.options.members().iter().chain(job.extra.members())
}

fn option<'j>(job: &'j Job, name: &str) -> &'j Value<'static> {
    options(job).find(|(known, _)| known == name).map_or(&Value::Null, |(_, value)| value)
}
