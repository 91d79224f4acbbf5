//! The upload of a file by a form that its import task has signed. It takes no key: the form is the permission.
//!
//! API documentation: <https://cloudconvert.com/api/v2/import#import-upload-tasks>.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::answer::Refusal;
use super::extract::Place;
use crate::app::App;
use crate::error::ApiError;
use crate::jobs::Task;
use crate::params::Params;
use crate::routes::form as multipart;

/// How long a form is valid.
const VALID: Duration = Duration::from_hours(6);

/// The form of a task that waits for its file. All parameters are texts.
pub(super) fn form(app: &App, task: &Task, base: &str) -> Value {
    let expires = (task.created + VALID).duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let policy = json!({
        "task": task.id, "expires": expires, "max_file_count": 1, "max_file_size": app.config.max_input,
    });
    let policy = STANDARD.encode(policy.to_string());
    let signature = app.signer.sign(policy.as_bytes());
    json!({
        "url": format!("{base}/v2/upload/{}", task.id),
        "parameters": {
            "acl": "private",
            "key": format!("{}/${{filename}}", task.id),
            "success_action_status": "201",
            "policy": policy,
            "signature": signature,
        },
    })
}

/// Checks the form before the file, takes the file, and ends the task.
pub(super) async fn upload(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    place: Place,
    request: Request,
) -> Result<Response, Refusal> {
    let (job, task) =
        app.jobs.task(&id).filter(|(_, task)| is_upload(task)).ok_or_else(Refusal::not_found)?;
    let _going_on = job.hold();
    let mut fields = Params::default();
    let check = |fields: &Params, files: usize| {
        permitted(&app, &task, fields).map_err(|why| ApiError::new(403, why))?;
        multipart::at_most(1, files)
    };
    let (parts, body) = request.into_parts();
    let files = tokio::select! {
        files = multipart::read(&parts, body, &app.jobs.inbox, &mut fields, multipart::MAX_TEXT, check) => files?,
        () = task.stop.cancelled() => return Err(Refusal::not_found()),
    };
    if files.len() != 1 {
        return Err(Refusal::invalid(
            "file",
            "The form needs exactly one file, in its last field, which is named file.",
        ));
    }
    if let Err(failure) = task.receive(files) {
        return Err(match failure.code {
            "INVALID_FILENAME" => Refusal::invalid("file", &failure.error.message),
            _ if task.status().has_ended() => Refusal::forbidden("The form was used already."),
            _ => failure.error.into(),
        });
    }
    let name = task.state.borrow().result.files.first().map(|file| file.name.clone());
    Ok(stored(&place.base, &format!("{id}/{}", name.unwrap_or_default())))
}

/// The answer of a storage: where the file is now.
fn stored(base: &str, key: &str) -> Response {
    let location = format!("{base}/v2/upload/{}", key.replace(|c: char| !c.is_ascii_graphic(), "_"));
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Bucket>tasks</Bucket><Key>{}</Key>\
         <Location>{}</Location></PostResponse>",
        escaped(key),
        escaped(&location)
    );
    let mut response =
        (StatusCode::CREATED, [(header::CONTENT_TYPE, "application/xml")], xml).into_response();
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// Whether it is for a form to bring its file.
fn is_upload(task: &Task) -> bool {
    task.asked() == "import/upload"
}

/// Whether the form is the one that was handed out, is still valid, and has not been used.
fn permitted(app: &App, task: &Task, fields: &Params) -> Result<(), String> {
    let field = |name: &str| fields.text(name).unwrap_or_default();
    let policy = field("policy");
    if !app.signer.is_signed(policy.as_bytes(), &field("signature")) {
        return Err("The form was altered: its signature is not that of its policy.".to_owned());
    }
    let policy: Value =
        STANDARD.decode(&policy).ok().and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default();
    let expected = [
        ("acl", "private".to_owned()),
        ("key", format!("{}/${{filename}}", task.id)),
        ("success_action_status", "201".to_owned()),
    ];
    if policy["task"] != task.id.as_str() || expected.iter().any(|(name, value)| field(name) != *value) {
        return Err("The form was altered: it is not that of this task.".to_owned());
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    if policy["expires"].as_u64().is_none_or(|expires| now > expires) {
        return Err("The form has expired: create a new job.".to_owned());
    }
    if task.status().has_ended() {
        return Err("The form was used already.".to_owned());
    }
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
