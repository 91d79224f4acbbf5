//! `GET` of `output.url`: the output. After the first whole download it is gone, unless saved.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::Response;

use super::Process;
use super::extract::ByDownload;
use crate::error::ApiError;
use crate::jobs::{Served, Task};
use crate::routes::download::{Asked, serve};
use crate::serve::Seat;

/// `output.url`: the file, or a ZIP of several.
pub(super) async fn whole(
    ByDownload(process): ByDownload,
    seat: Seat,
    asked: Asked,
) -> Result<Response, ApiError> {
    whole_of(&process, &seat, &asked).await
}

/// The output of a process, as a whole.
pub(super) async fn whole_of(process: &Process, seat: &Seat, asked: &Asked) -> Result<Response, ApiError> {
    let (task, files) = finished(process, seat).await?;
    let whole = files.last().ok_or_else(|| ApiError::not_found("Output"))?;
    serve((&process.0, &task), whole, asked)
}

/// `output.url/file.ext`: one of several files.
pub(super) async fn single(
    ByDownload(process): ByDownload,
    Path((_, name)): Path<(String, String)>,
    seat: Seat,
    asked: Asked,
) -> Result<Response, ApiError> {
    let (task, files) = finished(&process, &seat).await?;
    let file =
        files.iter().find(|file| file.name == name).ok_or_else(|| ApiError::not_found("Output file"))?;
    serve((&process.0, &task), file, &asked)
}

/// The outputs of a process that may still run: a request that comes too early blocks until it has ended.
async fn finished(process: &Process, seat: &Seat) -> Result<(Arc<Task>, Vec<Served>), ApiError> {
    seat.wait(process.0.wait()).await?;
    if let Some(failure) = process.failure() {
        return Err(failure);
    }
    let export = process.export().ok_or_else(|| ApiError::not_found("Output"))?;
    let files = export.read(|state| state.result.served.clone());
    Ok((export.clone(), files))
}
