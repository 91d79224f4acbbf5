//! The task that does the work. A mode of version 1 is an operation of version 2.
//!
//! API documentation: <https://cloudconvert.com/api/v2/convert>, `…/metadata`, `…/merge`, `…/archive`.

use crate::error::Error;
use crate::job::{Job, Mode};
use crate::json::Value;

/// The name of the task before the mark.
pub(super) const NAME: &str = "work";

/// The task, which takes the outputs of these tasks.
pub(super) fn task(job: &Job, input: Vec<String>) -> Result<Value<'static>, Error> {
    let mut task = Value::object();
    task.set("operation", operation(job.mode));
    task.set("input", input.into_iter().map(Value::from).collect::<Vec<_>>());
    match job.mode {
        Mode::Convert => {
            task.set("input_format", job.from.clone());
            task.set("output_format", job.to.clone());
        }
        Mode::Combine if job.to != "pdf" => {
            return Err(Error::bad_request(
                "version 2 of the API combines files into pdf only: convert the result in a second job",
            ));
        }
        Mode::Combine | Mode::Archive => task.set("output_format", job.to.clone()),
        Mode::Info | Mode::Extract => {}
    }
    task.set_some("timeout", job.timeout);
    for (name, value) in job.options.members().iter().chain(job.extra.members()) {
        if RESERVED.contains(&name.as_ref()) {
            return Err(Error::bad_request(
                ["`options` must not have `", name, "`, which has an option of its own"].concat(),
            ));
        }
        task.set(name.clone(), value.clone());
    }
    Ok(task)
}

/// Options stand flat beside these in a task.
const RESERVED: &[&str] = &["operation", "input", "input_format", "output_format", "timeout", "ignore_error"];

const fn operation(mode: Mode) -> &'static str {
    match mode {
        Mode::Convert => "convert",
        Mode::Info => "metadata",
        Mode::Combine => "merge",
        Mode::Archive => "archive",
        Mode::Extract => "archive/extract",
    }
}
