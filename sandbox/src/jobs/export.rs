//! Exports: files that are offered to be downloaded.

use std::sync::Arc;

use super::state::Ended;
use super::{Bundle, Export, Served, Task, TaskFailure};
use crate::engine::{Failure, archive};
use crate::error::ApiError;
use crate::file::{StoredFile, make_task_folder};
use crate::names::{split, with_extension};

/// Offers the files of other tasks; several as one ZIP, where that was asked for.
pub(super) async fn run(
    task: &Arc<Task>,
    asked: &Export,
    inputs: Vec<StoredFile>,
) -> Result<Ended, TaskFailure> {
    let (task, bundle) = (task.clone(), asked.bundle);
    let blocking = tokio::task::spawn_blocking(move || {
        let result = export(&task, bundle, &inputs);
        // Whatever was written after the files had been deleted.
        if task.stop.is_cancelled() {
            task.delete_files();
        }
        result
    });
    let result = blocking.await.map_err(ApiError::task).and_then(|result| result);
    result.map_err(|error| TaskFailure::new("UPLOAD_FAILED", error))
}

fn export(task: &Task, bundle: Bundle, inputs: &[StoredFile]) -> Result<Ended, ApiError> {
    make_task_folder(&task.folder).map_err(ApiError::io)?;
    let mut ended = Ended::default();
    if bundle != Bundle::Instead || inputs.len() < 2 {
        for (number, input) in inputs.iter().enumerate() {
            // A file of its own, so that it lives as long as this task: a link where the file system has links.
            let path = task.folder.join(number.to_string());
            let linked = std::fs::hard_link(&input.path, &path);
            linked.or_else(|_| std::fs::copy(&input.path, &path).map(drop)).map_err(ApiError::io)?;
            offer(&mut ended, StoredFile { path, ..input.clone() })?;
        }
    }
    if bundle != Bundle::No && inputs.len() > 1 {
        let stem = stem(task, bundle, inputs);
        let path = task.folder.join("files.zip");
        archive::zip(inputs, &path, &task.progress).map_err(zip_failure)?;
        let size = path.metadata().map_err(ApiError::io)?.len();
        offer(&mut ended, StoredFile { path, name: with_extension(&stem, "zip"), size })?;
    }
    Ok(ended)
}

fn offer(ended: &mut Ended, file: StoredFile) -> Result<(), ApiError> {
    ended.served.push(Served::new(file.clone()).map_err(ApiError::io)?);
    ended.files.push(file);
    Ok(())
}

/// What the bundle is called: as the first file, or besides the files as what they were made of.
fn stem(task: &Task, bundle: Bundle, inputs: &[StoredFile]) -> String {
    let origin = task
        .inputs
        .iter()
        .flat_map(|input| &input.inputs)
        .find_map(|origin| origin.read(|state| state.result.files.first().map(|file| file.name.clone())));
    let origin = origin.filter(|_| bundle == Bundle::Besides);
    split(&origin.or_else(|| Some(inputs.first()?.name.clone())).unwrap_or_default()).0
}

fn zip_failure(failure: Failure) -> ApiError {
    match failure {
        Failure::Unavailable(message) => ApiError { status: 503, message, retry_after: Some(5) },
        _ => ApiError::new(422, "The files could not be archived"),
    }
}
