//! Version 2 of the API: jobs made of tasks. A thin translation: what is done, `jobs/` does.
//!
//! Sources: the public documentation (<https://cloudconvert.com/api/v2>) and what its official clients send and read.

mod answer;
mod extract;
mod formats;
mod jobs;
mod list;
mod shape;
mod storage;
mod tasks;
mod upload;
mod users;
mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, post};

use crate::app::App;

pub(crate) use shape::job as job_json;

/// All endpoints, below the prefix `/v2`; below `/sync/v2`, those that wait, which have a host of their own elsewhere.
pub(super) fn api() -> Router<Arc<App>> {
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
        .route("/operations", get(formats::operations))
        .route("/convert/formats", get(formats::formats))
        .route("/users/me", get(users::me))
        .route("/users/me/webhooks", get(webhooks::list))
        .route("/webhooks", post(webhooks::create))
        .route("/webhooks/{id}", delete(webhooks::delete))
        .route("/{operation}", post(tasks::create).fallback(missing))
        .route("/{group}/{operation}", post(tasks::create).fallback(missing))
        .fallback(missing);
    Router::new().nest("/v2", endpoints.clone()).nest("/sync/v2", endpoints)
}
