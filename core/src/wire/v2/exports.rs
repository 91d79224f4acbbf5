//! The export task of a job: a URL to download from, or a storage.
//!
//! API documentation: <https://cloudconvert.com/api/v2/export>.

use super::{lacks, names};
use crate::error::Error;
use crate::job::{Destination, Job, Mode};
use crate::json::Value;
use crate::policy::DownloadMode;

/// The name of the task before the mark.
pub(super) const NAME: &str = "export";

/// Refuses a place that this version cannot write to.
pub(super) fn check(job: &Job) -> Result<(), Error> {
    match &job.output {
        None => Ok(()),
        Some(_) if job.mode == Mode::Info => Err(Error::bad_request("`info` has no `output`: leave it out")),
        Some(Destination::Storage(storage)) => names::kind(storage).map(|_| ()),
        Some(Destination::Dropbox) => Err(lacks("output to Dropbox", INSTEAD)),
        Some(Destination::GoogleDrive) => Err(lacks("output to Google Drive", INSTEAD)),
    }
}

/// The task, which takes the outputs of `input`; none where the result is facts and no file.
pub(super) fn task(job: &Job, download: DownloadMode, input: &str) -> Result<Option<Value<'static>>, Error> {
    if job.mode == Mode::Info {
        return Ok(None);
    }
    let mut task = if let Some(Destination::Storage(storage)) = &job.output {
        names::export(storage)?
    } else {
        let mut task = Value::object();
        task.set("operation", "export/url");
        task
    };
    task.set("input", vec![Value::from(input.to_owned())]);
    if job.output.is_none() && download != DownloadMode::Each {
        // Whether several outputs become one ZIP is decided here, at the creation.
        task.set("archive_multiple_files", true);
    }
    Ok(Some(task))
}

const INSTEAD: &str = "download the output, or name a storage";
