//! Imports: files that come in, from the client or from a URL.

use std::path::Path;
use std::sync::PoisonError;
use std::time::{Duration, SystemTime};

use axum::http::HeaderMap;
use futures_util::StreamExt;
use percent_encoding::percent_decode_str;

use super::state::Ended;
use super::{Jobs, Naming, Operation, Status, Task, TaskFailure};
use crate::disposition;
use crate::error::ApiError;
use crate::file::{StoredFile, make_task_folder};
use crate::incoming::Received;
use crate::names::{Unique, split};

/// The longest extension of a file, in bytes.
const LONGEST_FORMAT: usize = 64;
/// How long one file may take.
const MAX_TIME: Duration = Duration::from_hours(1);

impl Task {
    /// How many files are still to come from the client.
    pub(crate) fn missing(&self) -> usize {
        let Operation::Receive { files, .. } = self.operation else { return 0 };
        self.read(
            |state| {
                if state.status.has_ended() { 0 } else { files.saturating_sub(state.result.files.len()) }
            },
        )
    }

    /// Takes files over that have come in. Whether those were all. What has a wrong name ends the task; an error that
    /// does not, is that it waits for none any more.
    pub(crate) fn receive(&self, received: Vec<Received>) -> Result<bool, TaskFailure> {
        let over =
            || TaskFailure::new("UPLOAD_FAILED", ApiError::bad_request("The input was uploaded already"));
        let Operation::Receive { files, naming } = &self.operation else { return Err(over()) };
        let _turn = self.taking.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.state();
        if before.status.has_ended() {
            return Err(over());
        }
        let taken = take(&self.folder, naming, &before.result.files, received).inspect_err(|failure| {
            self.end(Err(failure.clone()));
        })?;
        let all = before.result.files.len() + taken.len() >= *files;
        let kept = self.change(|state| {
            state.started.get_or_insert_with(SystemTime::now);
            state.result.files.extend(taken.iter().cloned());
            if all {
                state.status = Status::Finished;
            }
            true
        });
        if kept {
            return Ok(all);
        }
        // It was cancelled meanwhile.
        for file in taken {
            let _ = std::fs::remove_file(file.path);
        }
        Err(over())
    }

    /// The files of the task that it repeats, for what came from the client and does not come again.
    pub(crate) fn receive_again(&self, original: &Self) {
        let files = original.read(|state| state.result.files.clone());
        let copied = make_task_folder(&self.folder).and_then(|()| {
            let copies = files.iter().enumerate().map(|(number, file)| {
                let extension = file.path.extension().unwrap_or_default();
                let path = self.folder.join(number.to_string()).with_extension(extension);
                std::fs::hard_link(&file.path, &path)
                    .or_else(|_| std::fs::copy(&file.path, &path).map(drop))?;
                Ok(StoredFile { path, ..file.clone() })
            });
            copies.collect::<std::io::Result<Vec<_>>>()
        });
        let gone =
            |_| TaskFailure::new("UPLOAD_FAILED", ApiError::new(422, "The content of the task is gone"));
        self.end(copied.map(|files| Ended { files, ..Ended::default() }).map_err(gone));
    }
}

/// Fetches files one after another, never larger than the limit.
pub(super) async fn fetch(
    jobs: &Jobs,
    task: &Task,
    urls: &[reqwest::Url],
    headers: &HeaderMap,
    naming: &Naming,
) -> Result<Ended, TaskFailure> {
    let mut received = Vec::with_capacity(urls.len());
    for url in urls {
        let file = fetch_one(jobs, url, headers).await;
        received.push(file.map_err(|error| TaskFailure::new("DOWNLOAD_FAILED", error))?);
    }
    let files = take(&task.folder, naming, &[], received)?;
    if task.stop.is_cancelled() {
        task.delete_files();
    }
    Ok(Ended { files, ..Ended::default() })
}

async fn fetch_one(jobs: &Jobs, url: &reqwest::Url, headers: &HeaderMap) -> Result<Received, ApiError> {
    let response = jobs.egress.get(url, headers, MAX_TIME).await.map_err(|error| failed(&error.message))?;
    if !response.status().is_success() {
        let message = format!("The URL of the input file answers {}", response.status());
        return Err(ApiError::new(422, message));
    }
    let mut file = jobs.inbox.open(name(&response)).await?;
    file.announced(response.content_length())?;
    let mut body = response.bytes_stream();
    while let Some(chunk) = body.next().await {
        file.write(&chunk.map_err(|_| failed("its server broke off"))?).await?;
    }
    file.finish().await
}

/// Why a URL cannot be fetched; the URL itself may be private.
fn failed(why: &str) -> ApiError {
    ApiError::new(422, format!("The input file could not be downloaded from its URL: {why}"))
}

/// What the file is called: as its server says, or as its URL ends.
fn name(response: &reqwest::Response) -> Option<String> {
    disposition::file_name(response.headers(), true).filter(|name| !name.is_empty()).or_else(|| {
        let last = response.url().path_segments()?.next_back()?;
        Some(percent_decode_str(last).decode_utf8_lossy().into_owned())
    })
}

/// Moves files to a task, under names of which no two are the same, nor one of those that are there.
fn take(
    folder: &Path,
    naming: &Naming,
    there: &[StoredFile],
    received: Vec<Received>,
) -> Result<Vec<StoredFile>, TaskFailure> {
    let mut names = Unique::default();
    for file in there {
        names.take(&file.name);
    }
    let mut files = Vec::with_capacity(received.len());
    for file in received {
        let given = naming.filename.as_deref().filter(|_| there.is_empty() && files.is_empty());
        let name = names.take(&file.name(given, naming.format.as_deref().unwrap_or_default()));
        let format = match &naming.format {
            Some(format) => format.clone(),
            None => {
                format(&name).map_err(|why| TaskFailure::new("INVALID_FILENAME", ApiError::new(422, why)))?
            }
        };
        let kept = file.keep(folder, &format, name);
        files.push(kept.map_err(|error| TaskFailure::new("UPLOAD_FAILED", ApiError::io(error)))?);
    }
    Ok(files)
}

/// The format that the name of a file tells.
fn format(name: &str) -> Result<String, &'static str> {
    let name = name.trim_end_matches('.');
    if disposition::from_mail(name).is_some() {
        return Err("The file name is encoded as in mail; send it in UTF-8 as it is");
    }
    let format = split(name).1;
    match format.len() {
        0 => Err("The file name has no extension, which tells its format; add one"),
        // It becomes a part of a name on the disk.
        1..=LONGEST_FORMAT => Ok(format),
        _ => Err("The extension of the file name is too long to be a format"),
    }
}
