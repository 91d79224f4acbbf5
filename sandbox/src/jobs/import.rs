//! Imports: files that come in, from a URL or from the request itself. Uploads are in `routes/v2/upload.rs`.

use std::time::Duration;

use futures_util::StreamExt;

use super::{Ended, Task, TaskFailure, TaskFile};
use crate::app::App;
use crate::error::ApiError;
use crate::incoming::Received;
use crate::run::fetch;

/// How long one file may take.
const MAX_TIME: Duration = Duration::from_hours(1);

/// Fetches a file, never larger than the limit.
pub(super) async fn url(
    app: &App,
    task: &Task,
    url: &reqwest::Url,
    filename: Option<&str>,
) -> Result<Ended, TaskFailure> {
    let failed =
        |why: &str| TaskFailure::new("DOWNLOAD_FAILED", format!("The file could not be downloaded: {why}"));
    let own = |error: ApiError| TaskFailure::new("DOWNLOAD_FAILED", error.message);
    let response = app.egress.get(url, MAX_TIME).await.map_err(|error| failed(&error.message))?;
    if !response.status().is_success() {
        return Err(failed(&format!("its URL answers {}", response.status())));
    }
    let name = filename.map(str::to_owned).or_else(|| fetch::name(&response));
    let mut file = app.inbox.open(name).await.map_err(own)?;
    file.announced(response.content_length()).map_err(own)?;
    let mut body = response.bytes_stream();
    while let Some(chunk) = body.next().await {
        file.write(&chunk.map_err(|_| failed("its server broke off"))?).await.map_err(own)?;
    }
    take(task, vec![file.finish().await.map_err(own)?])
}

/// Takes content that stands in the request.
pub(super) async fn content(
    app: &App,
    task: &Task,
    bytes: &[u8],
    filename: &str,
) -> Result<Ended, TaskFailure> {
    let own = |error: ApiError| TaskFailure::new("UPLOAD_FAILED", error.message);
    let mut file = app.inbox.open(Some(filename.to_owned())).await.map_err(own)?;
    file.write(bytes).await.map_err(own)?;
    take(task, vec![file.finish().await.map_err(own)?])
}

/// Moves files that have come in to a task. Their extension decides what they are, so they need one.
pub(crate) fn take(task: &Task, received: Vec<Received>) -> Result<Ended, TaskFailure> {
    let mut files = Vec::with_capacity(received.len());
    for file in received {
        let name = file.name(None, "");
        let format = crate::names::split(name.trim_end_matches('.')).1;
        if format.is_empty() {
            return Err(TaskFailure::new(
                "INVALID_FILENAME",
                "The file name has no extension, which tells its format",
            ));
        }
        let kept = file
            .keep(&task.folder, &format, name)
            .map_err(|error| TaskFailure::new("UPLOAD_FAILED", ApiError::io(error).message))?;
        files.push(TaskFile { path: kept.path, name: kept.name, size: kept.size });
    }
    Ok(Ended { files, ..Ended::default() })
}
