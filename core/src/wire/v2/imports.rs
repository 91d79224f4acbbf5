//! The import tasks of a job: one for each input file, and the forms of those that wait for an upload.
//!
//! API documentation: <https://cloudconvert.com/api/v2/import>.

use std::borrow::Cow;

use super::task::Task;
use super::{Mark, lacks, names};
use crate::api::Api;
use crate::error::Error;
use crate::job::{Input, Job, Mode};
use crate::json::Value;
use crate::text::{cut_last, digits};
use crate::wire::report::UploadTarget;

/// The name of an import task before the mark, which tells which file it takes.
pub(super) fn name(index: usize) -> String {
    numbered("import", index)
}

/// The name of a task that takes the file of this index.
pub(super) fn numbered(name: &str, index: usize) -> String {
    [name, "-", &digits(index as u64 + 1)].concat()
}

/// Which file the import task of this name (before the mark) takes.
pub(super) fn index(name: &str) -> Option<usize> {
    cut_last(name, b"-")?.1.parse::<u64>().ok()?.checked_sub(1).and_then(|index| usize::try_from(index).ok())
}

/// Refuses a storage that this version cannot read.
pub(super) fn check(job: &Job) -> Result<(), Error> {
    if job.filename.is_some() && (job.input.count() > 1 || job.mode == Mode::CaptureWebsite) {
        return Err(lacks("`filename` of several files", "leave it out"));
    }
    match &job.input {
        Input::Storage { storage, .. } if !storage.fields().get("path").is_empty() => {
            Err(lacks("`path` of an input", "write it into `file`"))
        }
        Input::Storage { storage, .. } => names::kind(storage).map(|_| ()),
        _ => Ok(()),
    }
}

/// The import tasks, in the order of the files.
pub(super) fn tasks(job: &Job) -> Result<Vec<Value<'static>>, Error> {
    let filename = job.filename.clone();
    Ok(match &job.input {
        Input::Upload { files } => files.iter().map(|_| task("import/upload")).collect(),
        Input::Download { urls } => {
            let import = |url: &String| {
                let mut import = task("import/url");
                import.set("url", url.clone());
                import.set_some("filename", filename.clone());
                import
            };
            urls.iter().map(import).collect()
        }
        Input::Raw { content } => vec![content_task("import/raw", content, filename)],
        Input::Base64 { content } => vec![content_task("import/base64", content, filename)],
        Input::Storage { storage, files } => {
            let import = |file: &String| {
                let mut import = names::import(storage, file)?;
                import.set_some("filename", filename.clone());
                Ok(import)
            };
            files.iter().map(import).collect::<Result<_, Error>>()?
        }
    })
}

/// The forms of the imports that still wait for their file.
pub(super) fn wanted(api: &Api, tasks: &[Task<'_>], mark: Mark<'_>) -> Result<Vec<UploadTarget>, Error> {
    let mut targets = Vec::new();
    for task in tasks.iter().filter(|task| task.operation == "import/upload" && !task.has_ended()) {
        let form = task.value.get("result").get("form");
        let Some(url) = form.get("url").text() else { continue };
        let name = task.value.get("name").text().unwrap_or_default();
        let file = mark.what(name).and_then(index).unwrap_or(targets.len());
        let parameters = form.get("parameters").members().iter();
        let fields = parameters.filter_map(|(name, value)| Some((name, field(value)?))).collect();
        let target =
            UploadTarget { key: name.to_owned(), url: api.resolve_file(url)?, fields, files: file..file + 1 };
        // The service lists tasks in any order.
        let at = targets.partition_point(|other: &UploadTarget| other.files.start <= file);
        targets.insert(at, target);
    }
    Ok(targets)
}

/// A field of a form as text. The old form has numbers, and none is left out because it is empty.
fn field<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    match value {
        Value::String(text) => Some(text.as_ref().into()),
        Value::Bool(flag) => Some(if *flag { "true" } else { "false" }.into()),
        value => value.label().map(Into::into),
    }
}

fn task(operation: &'static str) -> Value<'static> {
    let mut task = Value::object();
    task.set("operation", operation);
    task
}

fn content_task(operation: &'static str, content: &str, filename: Option<String>) -> Value<'static> {
    let mut import = task(operation);
    import.set("file", content.to_owned());
    import.set_some("filename", filename);
    import
}
