//! `/jobs`: created, shown, listed, deleted.
//!
//! API documentation: <https://cloudconvert.com/api/v2/jobs>.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::answer::{Refusal, data, no_content};
use super::extract::{Body, Key, Place, Query, TASK_READ, TASK_WRITE};
use super::{list, shape};
use crate::app::App;
use crate::jobs::{Job, Operation, Plan, Status, spawn_job};
use crate::serve::Seat;

/// `POST /jobs`: 201 at once; at the address that waits, 200 in the end, or a redirect to the file.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Key(key): Key<TASK_WRITE>,
    place: Place,
    seat: Seat,
    Body(body): Body,
) -> Result<Response, Refusal> {
    app.takes_work()?;
    let plan = Plan::read(&body)?;
    let redirect = plan.redirect;
    let running = app.jobs.jobs_of(&key).iter().filter(|job| !job.status().has_ended()).count();
    if app.config.parallel_jobs.is_some_and(|most| running >= most) {
        return Err(Refusal::too_many_jobs());
    }
    let job = Arc::new(plan.build(&app.data, &key, &place.base));
    if !app.jobs.insert(&job) {
        return Err(Refusal::full());
    }
    spawn_job(&app, &job);
    if !place.waits {
        return Ok(data(201, &shape::job(&app, &job)));
    }
    // Where too many wait already, it is answered how far it is.
    let _ = seat.wait(job.wait()).await;
    answer(&app, &job, redirect)
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
    let job = app.jobs.job(&id, &key).ok_or_else(Refusal::not_found)?;
    if place.waits {
        seat.wait(job.wait()).await?;
    }
    answer(&app, &job, query.text("redirect").is_some_and(|flag| flag == "true" || flag == "1"))
}

/// The job, or a redirect to its first exported file.
fn answer(app: &App, job: &Job, redirect: bool) -> Result<Response, Refusal> {
    let shown = shape::job(app, job);
    if !redirect || job.status() != Status::Finished {
        return Ok(data(200, &shown));
    }
    let url = shown["tasks"]
        .as_array()
        .into_iter()
        .flatten()
        .find_map(|task| task["result"]["files"][0]["url"].as_str());
    let location = url.and_then(|url| HeaderValue::from_str(url).ok());
    let location =
        location.ok_or_else(|| Refusal::invalid("redirect", "The redirect needs an export/url task."))?;
    Ok((StatusCode::FOUND, [(header::LOCATION, location)]).into_response())
}

/// `GET /jobs`, with filters and pages.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Key(key): Key<TASK_READ>,
    place: Place,
    query: Query,
) -> Result<Response, Refusal> {
    let status = list::status(&query)?;
    let tag = query.filter("tag");
    let jobs = app.jobs.jobs_of(&key).into_iter().filter(|job| {
        status.is_none_or(|status| job.status() == status) && (tag.is_none() || job.tag == tag)
    });
    let tasks = query.includes("tasks");
    let show =
        |job: &Arc<Job>| if tasks { shape::job(&app, job) } else { Value::from(shape::without_tasks(job)) };
    Ok(list::page(&query, &format!("{}/v2/jobs", place.base), &jobs.collect::<Vec<_>>(), show))
}

/// `DELETE /jobs/{id}`: what runs is cancelled, and the files go.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    Key(key): Key<TASK_WRITE>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let job = app.jobs.job(&id, &key).ok_or_else(Refusal::not_found)?;
    app.jobs.remove(&job.id);
    Ok(no_content())
}

/// Whether a task offers files under links.
pub(super) const fn exports(operation: &Operation) -> bool {
    matches!(operation, Operation::Export { .. })
}
