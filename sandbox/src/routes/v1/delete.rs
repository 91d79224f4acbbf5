//! `DELETE` of the process URL: cancels and deletes.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::extract::ById;
use crate::app::App;
use crate::error::json_answer;

pub(super) async fn delete(State(app): State<Arc<App>>, ById(process): ById) -> Response {
    app.jobs.remove(&process.0.id);
    json_answer(200, &json!({"id": process.0.id, "message": "Process deleted"}), None)
}
