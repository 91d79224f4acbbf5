//! The upload of a file by a form that its import task has signed. It takes no key: the form is the permission.
//!
//! API documentation: <https://cloudconvert.com/api/v2/import#import-upload-tasks>.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::answer::Refusal;
use super::extract::{Path, Place};
use crate::app::App;
use crate::error::ApiError;
use crate::escape::escaped;
use crate::file::content_tag;
use crate::jobs::Task;
use crate::params::Params;
use crate::routes::{body, form as multipart};
use crate::sign::Signer;

/// How long a form is valid.
const VALID: Duration = Duration::from_hours(6);
/// What a form has besides the file.
const NAMES: [&str; 5] = ["acl", "key", "success_action_status", "policy", "signature"];
const NO_FILE: &str = "The form needs exactly one file, in its last field, which is named file.";

/// The form of a task that waits for its file. All parameters are texts.
pub(super) fn form(app: &App, task: &Task, base: &str) -> Value {
    json!({
        "url": format!("{base}/v2/upload/{}", task.id),
        "parameters": parameters(&app.signer, &task.id, task.created + VALID, app.config.max_input),
    })
}

/// What the form of a task says besides the file.
fn parameters(signer: &Signer, task: &str, expires: SystemTime, most: u64) -> Value {
    let policy = json!({
        "task": task, "expires": seconds(expires), "max_file_count": 1, "max_file_size": most,
    });
    let policy = STANDARD.encode(policy.to_string());
    let signature = signer.sign(policy.as_bytes());
    let values = ["private".to_owned(), format!("{task}/${{filename}}"), "201".to_owned(), policy, signature];
    NAMES.into_iter().map(str::to_owned).zip(values.map(Value::from)).collect::<Map<_, _>>().into()
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Checks the form before the file, takes the file, and ends the task. It is as strict as the storages are that clients meet
/// elsewhere.
pub(super) async fn upload(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    place: Place,
    request: Request,
) -> Result<Response, Refusal> {
    let (job, task) =
        app.jobs.task(&id).filter(|(_, task)| is_upload(task)).ok_or_else(Refusal::not_found)?;
    let (parts, body) = request.into_parts();
    let _going_on = job.hold();
    check_head(&parts)?;
    let mut fields = Params::default();
    let check = |fields: &Params, coming: &multipart::Coming| {
        permitted(&app, &task, fields).map_err(|why| ApiError::new(403, why))?;
        multipart::at_most(1, coming.before)?;
        if coming.field == "file" { Ok(()) } else { Err(ApiError::bad_request(NO_FILE)) }
    };
    let terms = multipart::Terms { most: multipart::MAX_TEXT, of_mail: false, check };
    let files = tokio::select! {
        files = multipart::read(&parts, body, &app.jobs.inbox, &mut fields, terms) => files?,
        () = task.stop.cancelled() => return Err(Refusal::not_found()),
    };
    if files.len() != 1 {
        return Err(Refusal::invalid("file", NO_FILE));
    }
    // So many came before the file.
    if fields.count() > NAMES.len() {
        return Err(ApiError::bad_request("The file has to be the last field of the form").into());
    }
    let content = files[0].open().map_err(ApiError::io)?;
    if let Err(failure) = task.receive(files) {
        return Err(match &*failure.code {
            "INVALID_FILENAME" => Refusal::invalid("file", &failure.error.message),
            // Another file was first.
            _ if failure.error.status == 400 => Refusal::forbidden("The form was used already."),
            _ => failure.error.into(),
        });
    }
    let page = task.payload.get("redirect").and_then(Value::as_str);
    // As a header may have it: without spaces, in ASCII.
    if let Some(page) = page.and_then(|page| page.parse::<reqwest::Url>().ok()) {
        return Ok(Redirect::to(page.as_str()).into_response());
    }
    let name = task.read(|state| state.result.files.first().map(|file| file.name.clone()));
    let tag = tokio::task::spawn_blocking(move || content_tag(content)).await.map_err(ApiError::task)?;
    let key = format!("{id}/{}", name.unwrap_or_default());
    Ok(stored(&place.base, &key, &tag.map_err(ApiError::io)?))
}

/// Refuses what storages refuse by the head of a request.
fn check_head(parts: &Parts) -> Result<(), ApiError> {
    if parts.headers.contains_key(header::AUTHORIZATION) {
        let message = "The form is the permission; send it without the header Authorization";
        return Err(ApiError::bad_request(message));
    }
    if body::length(parts).is_none() {
        let message = "The upload needs the header Content-Length; it cannot be sent in chunks";
        return Err(ApiError::new(411, message));
    }
    Ok(())
}

/// The answer of a storage: where the file is now.
fn stored(base: &str, key: &str, tag: &str) -> Response {
    let location = format!("{base}/v2/upload/{}", key.replace(|c: char| !c.is_ascii_graphic(), "_"));
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Bucket>tasks</Bucket><Key>{}</Key>\
         <ETag>&quot;{tag}&quot;</ETag><Location>{}</Location></PostResponse>",
        escaped(key),
        escaped(&location)
    );
    let headers =
        [(header::CONTENT_TYPE, "application/xml".to_owned()), (header::ETAG, format!("\"{tag}\""))];
    let mut response = (StatusCode::CREATED, headers, xml).into_response();
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
    is_valid(&app.signer, &task.id, fields, SystemTime::now())?;
    if let Some(unknown) = fields.names().find(|name| !NAMES.contains(name)) {
        return Err(format!("The form has a field that was not handed out: leave out {unknown}"));
    }
    if fields.count() > NAMES.len() {
        return Err("The form has a field twice: send each once".to_owned());
    }
    if task.status().has_ended() { Err("The form was used already.".to_owned()) } else { Ok(()) }
}

/// Whether the form is the one that was handed out for this task, and is still valid.
fn is_valid(signer: &Signer, task: &str, fields: &Params, now: SystemTime) -> Result<(), String> {
    let field = |name: &str| fields.text(name).unwrap_or_default();
    let policy = field("policy");
    if !signer.is_signed(policy.as_bytes(), &field("signature")) {
        return Err("The form was altered: its signature is not that of its policy.".to_owned());
    }
    let policy: Value =
        STANDARD.decode(&policy).ok().and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default();
    let expected = [
        ("acl", "private".to_owned()),
        ("key", format!("{task}/${{filename}}")),
        ("success_action_status", "201".to_owned()),
    ];
    if policy["task"] != task || expected.iter().any(|(name, value)| field(name) != *value) {
        return Err("The form was altered: it is not that of this task.".to_owned());
    }
    if policy["expires"].as_u64().is_none_or(|expires| seconds(now) > expires) {
        return Err("The form has expired: create a new job.".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_valid_for_its_task_and_for_a_time() {
        let (signer, now) = (Signer::new(Signer::random_secret()), SystemTime::now());
        let fields = |task: &str| {
            let mut fields = Params::default();
            for (name, value) in parameters(&signer, task, now + VALID, 10).as_object().unwrap() {
                fields.add(name, value.clone()).unwrap();
            }
            fields
        };
        assert_eq!(is_valid(&signer, "a", &fields("a"), now), Ok(()));
        assert!(is_valid(&signer, "b", &fields("a"), now).unwrap_err().contains("not that of this task"));
        assert!(
            is_valid(&Signer::new(Signer::random_secret()), "a", &fields("a"), now)
                .unwrap_err()
                .contains("altered")
        );
        let late = now + VALID + Duration::from_secs(1);
        assert!(is_valid(&signer, "a", &fields("a"), late).unwrap_err().contains("expired"));
    }
}
