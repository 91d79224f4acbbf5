//! `/jobs`: created, shown, listed, deleted.
//!
//! API documentation: <https://cloudconvert.com/api/v2/jobs>.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::answer::{Refusal, data, no_content};
use super::extract::{Body, Creator, Key, Path, Place, Query, TASK_READ, TASK_WRITE};
use super::plan::Plan;
use super::shape::Include;
use super::{launch, list, shape};
use crate::app::App;
use crate::jobs::{Job, Shape, Status};
use crate::serve::Seat;

/// `POST /jobs`: 201 at once; at the address that waits, 200 in the end, or a redirect to the file.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Creator(key): Creator,
    place: Place,
    seat: Seat,
    Body(body, turn): Body,
) -> Result<Response, Refusal> {
    let plan = Plan::read(&app.jobs.engines, &body)?;
    drop(body);
    let redirect = plan.redirect;
    let job = launch::job(&app, &key, plan, &place.base, Value::Null).await?;
    // All content is on disk.
    drop(turn);
    match place.created(&seat, job.wait()).await {
        200 => answer(&app, &job, redirect, Include::default()),
        status => Ok(data(status, &shape::job(&app, &job, Include::default()))),
    }
}

/// `GET /jobs/{id}`; at the address that waits, when the job has ended.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Key(key): Key<TASK_READ>,
    place: Place,
    seat: Seat,
    query: Query,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let job = find(&app, &id, &key)?;
    let redirect = query.flag("redirect")?;
    place.shown(&seat, job.wait()).await?;
    answer(&app, &job, redirect, Include::by(&query))
}

/// The job, or a redirect to its first exported file.
fn answer(app: &App, job: &Job, redirect: bool, include: Include<'_>) -> Result<Response, Refusal> {
    if job.removed.is_cancelled() {
        return Err(Refusal::not_found());
    }
    let shown = shape::job(app, job, include);
    if !redirect || job.status() != Status::Finished {
        return Ok(data(200, &shown));
    }
    redirected(&shown).ok_or_else(|| Refusal::invalid("redirect", "The redirect needs an export/url task."))
}

/// To the first exported file of a job.
pub(super) fn redirected(shown: &Value) -> Option<Response> {
    let tasks = shown["tasks"].as_array()?;
    let url = tasks.iter().find_map(|task| task["result"]["files"][0]["url"].as_str())?;
    Some((StatusCode::FOUND, [(header::LOCATION, HeaderValue::from_str(url).ok()?)]).into_response())
}

/// `GET /jobs`, with filters and pages.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Key(key): Key<TASK_READ>,
    place: Place,
    query: Query,
) -> Result<Response, Refusal> {
    let status = list::status(&query)?;
    let tag = query.filter("tag").map(Value::from);
    let jobs = app.jobs.of_key(&key).into_iter().rev().filter(|job| {
        is_shown(job)
            && status.is_none_or(|status| job.status() == status)
            && (tag.is_none() || job.tag() == tag.as_ref())
    });
    let tasks = query.includes("tasks");
    let show = |job: &Arc<Job>| {
        if tasks { shape::job(&app, job, Include::default()) } else { shape::without_tasks(job).into() }
    };
    list::page(&query, &format!("{}/v2/jobs", place.base), &jobs.collect::<Vec<_>>(), show)
}

/// `DELETE /jobs/{id}`: what runs is cancelled, and the files go.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    Key(key): Key<TASK_WRITE>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    app.jobs.remove(&find(&app, &id, &key)?.id);
    Ok(no_content())
}

fn find(app: &App, id: &str, key: &str) -> Result<Arc<Job>, Refusal> {
    let job = app.jobs.job(id).filter(|job| job.key == key && is_shown(job));
    job.ok_or_else(Refusal::not_found)
}

fn is_shown(job: &Job) -> bool {
    job.shape == Shape::Graph && job.begun().is_some()
}
