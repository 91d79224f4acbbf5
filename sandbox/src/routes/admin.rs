//! `/_admin`: misbehaviour on demand, for the tests of clients.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{get, put};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::app::App;
use crate::error::{ApiError, json_answer};

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/faults", get(faults).post(add_faults).delete(clear_faults))
        .route("/rate-limit", put(rate_limit))
        .route("/requests", get(requests).delete(clear_requests))
}

async fn faults(State(app): State<Arc<App>>) -> Response {
    json_answer(200, &json!(app.faults.list()), None)
}

async fn add_faults(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    app.faults.add(read(request).await?);
    Ok(faults(State(app)).await)
}

async fn clear_faults(State(app): State<Arc<App>>) -> Response {
    app.faults.clear();
    json_answer(200, &json!([]), None)
}

async fn rate_limit(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    app.throttle.limit(read(request).await?);
    Ok(json_answer(200, &json!({"message": "Rate limit set"}), None))
}

async fn requests(State(app): State<Arc<App>>) -> Response {
    json_answer(200, &Value::Array(app.faults.journal()), None)
}

async fn clear_requests(State(app): State<Arc<App>>) -> Response {
    app.faults.clear_journal();
    json_answer(200, &json!([]), None)
}

async fn read<T: DeserializeOwned>(request: Request) -> Result<T, ApiError> {
    let body = request.into_body().collect().await.map_err(ApiError::internal)?.to_bytes();
    serde_json::from_slice(&body)
        .map_err(|error| ApiError::bad_request(format!("Not what is expected here: {error}")))
}
