//! `DELETE` of the process URL: cancels and deletes.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;

use crate::app::App;
use crate::error::{ApiError, json_answer};

pub(super) async fn delete(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    app.process(&id)?;
    app.processes.remove(&id);
    Ok(json_answer(200, &json!({"id": id, "message": "Process deleted"}), None))
}
