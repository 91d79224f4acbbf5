//! Version 2 of the API: jobs made of tasks. A thin translation: what is done, `jobs/` does.
//!
//! Sources: the public documentation (<https://cloudconvert.com/api/v2>) and what its official clients send and read.

mod answer;
mod deliver;
mod events;
mod extract;
mod formats;
mod jobs;
mod kind;
mod launch;
mod link;
mod list;
mod operation;
mod plan;
mod shape;
mod signed;
mod storage;
mod tasks;
mod upload;
mod users;
mod webhooks;
mod work;
mod written;
mod wrong;

use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use axum::routing::{any, delete, get, post};

use crate::app::App;

pub(super) use kind::kind;

/// All endpoints, below the prefix `/v2`; below `/sync/v2`, those that wait, and at `/socket.io/` live events, which both
/// have a host of their own elsewhere.
pub(super) fn api(app: &Arc<App>) -> Router<Arc<App>> {
    let missing = async || answer::Refusal::not_found();
    let endpoints = Router::new()
        .route("/jobs", get(jobs::list).post(jobs::create))
        .route("/jobs/{id}", get(jobs::show).delete(jobs::delete))
        .route("/tasks", get(tasks::list))
        .route("/tasks/{id}", get(tasks::show).delete(tasks::delete))
        .route("/tasks/{id}/cancel", post(tasks::cancel))
        .route("/tasks/{id}/retry", post(tasks::retry))
        .route("/upload/{task}", post(upload::upload))
        .route("/storage/{task}/{name}", get(storage::download))
        .route("/signed/{id}", get(signed::run).head(only_get).fallback(only_get))
        .route("/operations", get(formats::operations))
        .route("/convert/formats", get(formats::formats))
        .route("/users/me", get(users::me))
        .route("/users/me/webhooks", get(webhooks::list))
        .route("/webhooks", post(webhooks::create))
        .route("/webhooks/{id}", delete(webhooks::delete))
        // Also what is not offered, which is told by its name.
        .route("/{*operation}", any(tasks::operation))
        .fallback(missing)
        .method_not_allowed_fallback(async || answer::Refusal::not_allowed())
        .layer(from_fn(extract::tell_limits))
        .layer(from_fn(written::middleware));
    Router::new()
        .nest("/v2", endpoints.clone())
        .nest("/sync/v2", endpoints)
        .route_service("/socket.io/", events::service(app))
}

/// HEAD starts nothing.
async fn only_get() -> impl IntoResponse {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET")])
}

/// Deletes the job that a path is about.
pub(super) fn lose(app: &App, path: &str) {
    if let Some(id) = path.split('/').nth(1) {
        let job = app.jobs.task(id).map(|(job, _)| job.id.clone());
        app.jobs.remove(job.as_deref().unwrap_or(id));
    }
}
