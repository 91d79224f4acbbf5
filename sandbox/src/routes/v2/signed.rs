//! Signed URLs: a link that runs a job when somebody follows it, and leads to its file. Who has the link needs no key, and
//! can read the job.
//!
//! API documentation: <https://cloudconvert.com/api/v2/signed-urls>.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::answer::Refusal;
use super::extract::{Path, Place, Query, TASK_WRITE, may};
use super::jobs::redirected;
use super::launch;
use super::plan::Plan;
use super::shape::{self, Include};
use crate::app::App;
use crate::jobs::{Job, Shape, Status};
use crate::params::Params;
use crate::serve::Seat;
use crate::sign::Signer;

/// Where the signed URLs of a key begin: `BASE?job=…&s=…`.
pub(super) fn base(base: &str, key: &str) -> String {
    format!("{base}/v2/signed/{}", id(key))
}

/// Tells a key from others, and nothing else of it.
fn id(key: &str) -> String {
    hex::encode(&Sha256::digest(format!("signed URLs of {key}"))[..16])
}

pub(super) async fn run(
    State(app): State<Arc<App>>,
    place: Place,
    seat: Seat,
    query: Query,
    Path(named): Path<String>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Refusal> {
    let key = app.config.keys.iter().find(|key| id(key) == named).ok_or_else(Refusal::not_found)?;
    let asked = format!("{}{}", place.base, uri.path_and_query().map_or("", |path| path.as_str()));
    let (unsigned, signature) = asked.rsplit_once("&s=").unwrap_or((&asked, ""));
    if !Signer::new(key.as_str()).is_signed(unsigned.as_bytes(), signature) {
        return Err(Refusal::forbidden("The URL was altered: its signature is not that of its content."));
    }
    if has_expired(&query)? {
        return Err(Refusal::forbidden("The URL has expired."));
    }
    if !may(&app, key, TASK_WRITE) {
        return Err(Refusal::lacks_scope("task.write"));
    }
    let job = job(&app, key, &query, uri.query().unwrap_or_default(), &place.base).await?;
    seat.wait(job.wait()).await?;
    if job.status() != Status::Finished || job.removed.is_cancelled() {
        let why = job.failure().map_or_else(String::new, |failure| failure.error.message);
        return Err(Refusal::invalid("job", &format!("The job failed: {why}")));
    }
    redirected(&shape::job(&app, &job, Include::default())).ok_or_else(Refusal::not_found)
}

/// `expires`, in Unix seconds, is as good as signed: the signature is over everything before it.
fn has_expired(query: &Query) -> Result<bool, Refusal> {
    let Some(expires) = query.text("expires") else { return Ok(false) };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let expires = expires.parse::<u64>();
    let expires = expires.map_err(|_| Refusal::invalid("expires", "The expires has to be Unix seconds."))?;
    Ok(expires < now)
}

/// The job that ran for this `cache_key` as long as it is kept, or a new one.
async fn job(app: &Arc<App>, key: &str, query: &Query, raw: &str, base: &str) -> Result<Arc<Job>, Refusal> {
    let asked = query.text("cache_key").map_or(Value::Null, |name| json!({"cache_key": name}));
    // One at a time, so that two who come at once share a job.
    let _turn = app.signed.lock().await;
    if !asked.is_null() {
        let same = |job: &Arc<Job>| job.shape == Shape::Graph && job.asked == asked;
        let cached = app.jobs.of_key(key).into_iter().rfind(same);
        if let Some(job) = cached.filter(|job| !job.has_ended() || job.status() == Status::Finished) {
            return Ok(job);
        }
    }
    app.throttle.admit(key)?;
    let plan = Plan::read(
        &app.jobs.engines,
        &body(raw).ok_or_else(|| Refusal::invalid("job", "The job is not a job in base64."))?,
    )?;
    if plan.awaits_upload() {
        let why = "The job waits for an upload, whose form nobody gets by a signed URL: import the file by url, raw or base64.";
        return Err(Refusal::invalid("job", why));
    }
    launch::job(app, key, plan, base, asked).await
}

/// The job in the query. What clients write is base64 of several kinds, with padding and without.
fn body(raw: &str) -> Option<Map<String, Value>> {
    let encoded = raw.split('&').find_map(|pair| pair.strip_prefix("job="))?;
    let encoded = percent_decode_str(encoded).decode_utf8().ok()?.replace('-', "+").replace('_', "/");
    let json = STANDARD_NO_PAD.decode(encoded.trim_end_matches('=')).ok()?;
    let mut params = Params::default();
    params.add_json(&json).ok()?;
    let (mut body, _) = params.into_object();
    if body.is_empty() {
        return None;
    }
    // Without an export there is nothing to lead to.
    body.insert("redirect".to_owned(), true.into());
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_are_read_as_clients_write_them() {
        for written in [
            "eyJ0YWciOiJhPj4_In0",
            "eyJ0YWciOiJhPj4_In0=",
            "eyJ0YWciOiJhPj4/In0=",
            "eyJ0YWciOiJhPj4%2FIn0%3D",
        ] {
            let body = body(&format!("cache_key=x&job={written}&s=00")).unwrap();
            assert_eq!(body["tag"], "a>>?", "{written}");
        }
        // The last is a name twice.
        for wrong in ["", "job=", "job=!", "job=W10", "s=00", "job=eyJhIjoxLCJhIjoyfQ"] {
            assert!(body(wrong).is_none(), "{wrong}");
        }
    }
}
