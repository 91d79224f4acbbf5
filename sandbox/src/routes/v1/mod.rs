//! Version 1 of the API: processes. A thin translation: what is done, `jobs/` does. One file for each call.
//!
//! API documentation: <https://cloudconvert.com/apidoc>, as it was.

mod asked;
mod callback;
mod convert;
mod create;
mod delete;
mod download;
mod extract;
mod kind;
mod list;
mod process;
mod source;
mod start;
mod status;
mod types;
mod upload;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::middleware::from_extractor;
use axum::response::IntoResponse;
use axum::routing::{get, put};

use crate::app::App;
use crate::serve::Host;

pub(super) use kind::kind;
use process::Process;

/// All endpoints, with and without the prefix `/v1`.
pub(super) fn api() -> Router<Arc<App>> {
    let endpoints = Router::new()
        .route("/process", get(create::create).post(create::create).head(not_allowed).fallback(not_allowed))
        .route("/processes", get(list::list))
        .route(
            "/convert",
            get(convert::convert).post(convert::convert).head(not_allowed).fallback(not_allowed),
        )
        .route("/conversiontypes", get(types::types))
        .route("/process/{id}", get(status::status).post(start::start).delete(delete::delete))
        .route("/upload/{*rest}", put(upload::upload).post(upload::upload))
        .route("/download/{token}", get(download::whole))
        .route("/download/{token}/{name}", get(download::single))
        .layer(from_extractor::<Host>());
    Router::new().merge(endpoints.clone()).nest("/v1", endpoints)
}

/// HEAD changes nothing, so it is none of the methods of what creates.
async fn not_allowed() -> impl IntoResponse {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET,POST")])
}

/// Deletes the process that a path is about.
pub(super) fn lose(app: &App, path: &str) {
    let path = path.strip_prefix("/v1").unwrap_or(path);
    let Some(name) = path.split('/').nth(2) else { return };
    let process = Process::by_id(&app.jobs, name).map(|process| process.0);
    if let Some(job) = process.or_else(|| extract::by_token(app, name).map(|(job, _)| job)) {
        app.jobs.remove(&job.id);
    }
}
