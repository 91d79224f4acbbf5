//! `/_admin`: misbehaviour on demand, for the tests of clients.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use http_body_util::{BodyExt, Limited};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::caller::Caller;
use crate::app::App;
use crate::error::{ApiError, json_answer};
use crate::keys::bearer;
use crate::serve::Host;
use crate::{Limit, Rule};

/// The longest body. A fault may answer with more than a client should read.
const MAX_BODY: usize = 64 << 20;

pub(crate) fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    let routes = Router::new()
        .route("/faults", get(faults).post(add_faults).delete(clear_faults))
        .route("/rate-limit", put(limit).delete(clear_limits))
        .route("/requests", get(requests).delete(clear_requests));
    Router::new().nest("/_admin", routes.route_layer(from_fn_with_state(app.clone(), guard)))
}

/// Lets those in who have its key, and no page of another site.
async fn guard(State(app): State<Arc<App>>, host: Host, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let origin = parts.headers.get(header::ORIGIN).map(HeaderValue::as_bytes);
    let own = [format!("http://{}", host.asked), format!("https://{}", host.asked)];
    let foreign = origin.is_some_and(|origin| !own.iter().any(|own| own.as_bytes() == origin));
    if foreign || !host.is_local(&app.address) {
        return ApiError::new(403, "/_admin is for programs on this machine only, not for pages")
            .into_response();
    }
    let sent = bearer(&parts.headers).map(str::to_owned);
    let checked = async { Caller::of(&mut parts).await?.check(&app.admin_keys, sent).await };
    match checked.await {
        Ok(_) => next.run(Request::from_parts(parts, body)).await,
        Err(error) => error.into_response(),
    }
}

async fn faults(State(app): State<Arc<App>>) -> Response {
    let mut rules = json!(app.jobs.faults.list());
    for rule in rules.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        rule.retain(|_, value| !value.is_null());
    }
    json_answer(200, &rules, None)
}

/// Takes one rule or a list of rules.
async fn add_faults(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    let rules: Vec<Rule> = match read(request).await? {
        list @ Value::Array(_) => parse(list)?,
        rule => vec![parse(rule)?],
    };
    for rule in &rules {
        rule.check().map_err(ApiError::bad_request)?;
    }
    app.jobs.faults.add(rules);
    Ok(faults(State(app)).await)
}

async fn clear_faults(State(app): State<Arc<App>>) -> Response {
    app.jobs.faults.clear();
    json_answer(200, &json!([]), None)
}

async fn limit(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    let limit: Limit = parse(read(request).await?)?;
    app.throttle.set(limit);
    Ok(json_answer(200, &json!({"message": "Rate limit set"}), None))
}

async fn clear_limits(State(app): State<Arc<App>>) -> Response {
    app.throttle.clear();
    json_answer(200, &json!({"message": "No rate limits"}), None)
}

async fn requests(State(app): State<Arc<App>>) -> Response {
    json_answer(200, &Value::Array(app.journal.list()), None)
}

async fn clear_requests(State(app): State<Arc<App>>) -> Response {
    app.journal.clear();
    json_answer(200, &json!([]), None)
}

async fn read(request: Request) -> Result<Value, ApiError> {
    let body = Limited::new(request.into_body(), MAX_BODY).collect().await;
    let body = body.map_err(|_| ApiError::bad_request("The body is too long or broke off"))?.to_bytes();
    parse(serde_json::from_slice(&body).map_err(|error| ApiError::bad_request(error.to_string()))?)
}

fn parse<T: DeserializeOwned>(value: Value) -> Result<T, ApiError> {
    serde_json::from_value(value)
        .map_err(|error| ApiError::bad_request(format!("Not what is expected here: {error}")))
}
