//! Downloads by the signed links of `export/url`: whole or in part, as often as wanted, until they expire.

use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::State;
use axum::response::Response;

use super::answer::Refusal;
use super::extract::{Path, Query};
use super::link::Link;
use crate::app::App;
use crate::routes::download::{Asked, serve};

pub(super) async fn download(
    State(app): State<Arc<App>>,
    Path((id, name)): Path<(String, String)>,
    query: Query,
    asked: Asked,
) -> Result<Response, Refusal> {
    let inline = query.text("inline").is_some();
    let expires = query.text("expires").and_then(|text| text.parse().ok()).unwrap_or_default();
    let number = query.text("file").and_then(|text| text.parse().ok()).unwrap_or_default();
    let link = Link { task: &id, number, name: &name, expires, inline };
    let signature = query.text("signature").unwrap_or_default();
    if !link.is_query(query.sent(), &signature) || !link.is_signed(&app.signer, &signature) {
        return Err(Refusal::forbidden("The link was altered: its signature is not that of its URL."));
    }
    if link.has_expired(SystemTime::now()) {
        return Err(Refusal::forbidden("The link has expired: run the job again."));
    }
    let (job, task) = app.jobs.task(&id).ok_or_else(Refusal::not_found)?;
    let file = task.read(|state| state.result.served.get(number).cloned());
    let file = file.ok_or_else(Refusal::not_found)?;
    Ok(serve((&job, &task), &file, &asked)?)
}
