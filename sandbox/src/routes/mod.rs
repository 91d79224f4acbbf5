//! The endpoints, one file for each call. Every one is there with and without the prefix `/v1`.

mod admin;
mod convert;
mod create;
mod delete;
mod download;
mod start;
mod status;
mod types;
mod upload;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header;
use axum::routing::{any, get};
use http_body_util::BodyExt;

use crate::app::App;
use crate::error::ApiError;
use crate::params::Params;

/// The longest JSON or form body. `raw` and `base64` content travels in it.
const MAX_BODY: usize = 32 << 20;

pub(crate) fn router(app: &App) -> Router<Arc<App>> {
    let endpoints = Router::new()
        .route("/process", any(create::create))
        .route("/processes", get(status::list))
        .route("/convert", any(convert::convert))
        .route("/conversiontypes", get(types::types))
        .route("/process/{id}", get(status::status).post(start::start).delete(delete::delete))
        .route("/upload/{token}", axum::routing::put(upload::put).post(upload::post))
        .route("/upload/{token}/{*name}", axum::routing::put(upload::put_named).post(upload::post_named))
        .route("/download/{token}", get(download::whole))
        .route("/download/{token}/{*name}", get(download::single));
    let router = Router::new().merge(endpoints.clone()).nest("/v1", endpoints);
    let router = if app.config.admin { router.nest("/_admin", admin::router()) } else { router };
    router.fallback(async || ApiError::not_found("Endpoint")).layer(DefaultBodyLimit::disable())
}

/// The parameters of a request whose body, if any, is JSON or a form.
async fn params(request: Request) -> Result<Params, ApiError> {
    let mut params = query(&request);
    let form = is(&request, "application/x-www-form-urlencoded");
    let body = http_body_util::Limited::new(request.into_body(), MAX_BODY).collect().await;
    let body = body.map_err(|_| ApiError::new(413, "The body is too long or broke off"))?.to_bytes();
    if form {
        params.add_urlencoded(&String::from_utf8_lossy(&body));
    } else {
        params.add_json(&body)?;
    }
    Ok(params)
}

/// The parameters in the query alone.
fn query(request: &Request<Body>) -> Params {
    let mut params = Params::default();
    params.add_urlencoded(request.uri().query().unwrap_or_default());
    params
}

fn is(request: &Request<Body>, content_type: &str) -> bool {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.to_ascii_lowercase().starts_with(content_type))
}
