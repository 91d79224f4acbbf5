//! The endpoints: a folder for each version of the API, neither of which knows the other, and what both need beside them.

mod admin;
mod body;
mod caller;
mod download;
mod form;
mod transfer;
mod v1;
mod v2;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;

use crate::app::App;
use crate::error::ApiError;

pub(crate) use admin::routes as admin;
pub(crate) use download::count as count_download;

/// All endpoints of the API.
pub(crate) fn api(app: &Arc<App>) -> Router<Arc<App>> {
    let missing = async || ApiError::not_found("Endpoint");
    Router::new()
        .merge(v1::api())
        .merge(v2::api(app))
        .fallback(missing)
        .method_not_allowed_fallback(async || StatusCode::METHOD_NOT_ALLOWED)
}

/// Deletes the process or the job that a path is about.
pub(crate) fn lose(app: &App, path: &str) {
    match path.split_once("/v2/") {
        Some((_, rest)) => v2::lose(app, rest),
        None => v1::lose(app, path),
    }
}
