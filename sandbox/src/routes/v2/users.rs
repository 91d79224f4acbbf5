//! `GET /users/me`: whose key it is.
//!
//! API documentation: <https://cloudconvert.com/api/v2/users>.

use axum::response::Response;
use serde_json::json;

use super::answer::data;
use super::extract::{Key, Place, USER_READ};
use super::signed;

/// This service sells nothing, so credits never run out.
pub(super) async fn me(Key(key): Key<USER_READ>, place: Place) -> Response {
    let user = json!({
        "id": 1, "username": "sandbox", "email": "sandbox@localhost", "created_at": "2020-01-01T00:00:00+00:00",
        "credits": 1_000_000, "paying": false, "task_priority": null, "tasks_per_minute": null,
        "links": {"self": format!("{}/v2/users/1", place.base), "signed_urls": signed::base(&place.base, &key)},
    });
    data(200, &user)
}
