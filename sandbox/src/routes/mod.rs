//! The endpoints, one file for each call. Every one is there with and without the prefix `/v1`.

mod admin;
mod body;
mod convert;
mod create;
mod delete;
mod download;
mod extract;
mod form;
mod list;
mod start;
mod status;
mod types;
mod upload;
pub(crate) mod v2;

use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, put};

use crate::app::App;
use crate::error::ApiError;

pub(crate) use admin::routes as admin;
pub(crate) use download::count as count_download;

/// All endpoints of the API.
pub(crate) fn api() -> Router<Arc<App>> {
    let endpoints = Router::new()
        .route("/process", get(create::create).post(create::create).head(not_allowed))
        .route("/processes", get(list::list))
        .route("/convert", get(convert::convert).post(convert::convert).head(not_allowed))
        .route("/conversiontypes", get(types::types))
        .route("/process/{id}", get(status::status).post(start::start).delete(delete::delete))
        .route("/upload/{*rest}", put(upload::upload).post(upload::upload))
        .route("/download/{token}", get(download::whole))
        .route("/download/{token}/{name}", get(download::single));
    let missing = async || ApiError::not_found("Endpoint");
    Router::new()
        .merge(endpoints.clone())
        .nest("/v1", endpoints)
        .merge(v2::api())
        .fallback(missing)
        .method_not_allowed_fallback(async || StatusCode::METHOD_NOT_ALLOWED)
}

/// HEAD changes nothing, so it is none of the methods of what creates.
async fn not_allowed() -> impl IntoResponse {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET,POST")])
}
