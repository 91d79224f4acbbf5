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
use axum::extract::Request;
use axum::http::{StatusCode, header};

use crate::app::App;
use crate::error::ApiError;
use crate::fault::Kind;

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

/// What kind of request it is; none for what is no call of the API.
pub(crate) fn kind(request: &Request) -> Option<Kind> {
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().host().or(named).unwrap_or_default();
    let (method, path) = (request.method(), request.uri().path());
    let query = request.uri().query().unwrap_or_default();
    v2::kind(method, host, path).or_else(|| v1::kind(method, path, query))
}

/// Deletes the process or the job that a path is about.
pub(crate) fn lose(app: &App, path: &str) {
    match path.split_once("/v2/") {
        Some((_, rest)) => v2::lose(app, rest),
        None => v1::lose(app, path),
    }
}
