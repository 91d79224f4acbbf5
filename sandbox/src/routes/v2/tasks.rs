//! `/tasks`, and `POST /{operation}`, which creates a task that belongs to no job.
//!
//! API documentation: <https://cloudconvert.com/api/v2/tasks>.

use std::sync::Arc;

use axum::extract::{OriginalUri, Path, State};
use axum::response::Response;
use serde_json::Value;

use super::answer::{Refusal, data, no_content};
use super::extract::{Body, Key, Place, Query, TASK_READ, TASK_WRITE};
use super::shape::Include;
use super::{list, shape};
use crate::app::App;
use crate::jobs::{Task, single, spawn_task};
use crate::serve::Seat;

/// `POST /import/url`, `POST /convert`, and so on.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Key(key): Key<TASK_WRITE>,
    place: Place,
    seat: Seat,
    OriginalUri(uri): OriginalUri,
    Body(mut body): Body,
) -> Result<Response, Refusal> {
    let operation = uri.path().trim_start_matches("/sync").trim_start_matches("/v2/").to_owned();
    // The body may repeat it, and the path decides.
    body.insert("operation".to_owned(), operation.clone().into());
    let find = |id: &str| app.jobs.task(id).filter(|task| task.key == key);
    let task = Arc::new(single(&app.data, &key, &operation, &body, find)?);
    run(&app, &task)?;
    if place.waits {
        // Where too many wait already, it is answered how far it is.
        let _ = seat.wait(task.wait()).await;
        return Ok(data(200, &shape::task(&app, &task, &place.base, Include::default())));
    }
    Ok(data(201, &shape::task(&app, &task, &place.base, Include::default())))
}

fn run(app: &Arc<App>, task: &Arc<Task>) -> Result<(), Refusal> {
    app.takes_work()?;
    if !app.jobs.insert_task(task) {
        return Err(Refusal::full());
    }
    spawn_task(app, task);
    Ok(())
}

/// `GET /tasks/{id}`; at the address that waits, when the task has ended.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Key(key): Key<TASK_READ>,
    place: Place,
    seat: Seat,
    query: Query,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let task = find(&app, &id, &key)?;
    if place.waits {
        seat.wait(task.wait()).await?;
    }
    Ok(data(200, &shape::task(&app, &task, &place.base, Include::by(&query))))
}

/// `GET /tasks`, with filters and pages.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Key(key): Key<TASK_READ>,
    place: Place,
    query: Query,
) -> Result<Response, Refusal> {
    let status = list::status(&query)?;
    let (job, operation) = (query.filter("job_id"), query.filter("operation"));
    let asked = |task: &Task| task.payload.get("operation").and_then(Value::as_str).map(str::to_owned);
    let tasks = app.jobs.tasks_of(&key).into_iter().filter(|task| {
        status.is_none_or(|status| task.status() == status)
            && (job.is_none() || task.job_id == job)
            && (operation.is_none() || asked(task) == operation)
    });
    let include = Include::by(&query);
    let show = |task: &Arc<Task>| shape::task(&app, task, &place.base, include);
    Ok(list::page(&query, &format!("{}/v2/tasks", place.base), &tasks.collect::<Vec<_>>(), show))
}

/// `POST /tasks/{id}/cancel`: 422 for what has ended.
pub(super) async fn cancel(
    State(app): State<Arc<App>>,
    Key(key): Key<TASK_WRITE>,
    place: Place,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let task = find(&app, &id, &key)?;
    if !task.cancel() {
        return Err(Refusal::invalid("status", "Cannot change status: task already completed."));
    }
    Ok(data(200, &shape::task(&app, &task, &place.base, Include::default())))
}

/// `POST /tasks/{id}/retry`: a new task of the same payload, without a job.
pub(super) async fn retry(
    State(app): State<Arc<App>>,
    Key(key): Key<TASK_WRITE>,
    place: Place,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let again = Arc::new(find(&app, &id, &key)?.again(&app.data));
    run(&app, &again)?;
    Ok(data(201, &shape::task(&app, &again, &place.base, Include::default())))
}

/// `DELETE /tasks/{id}`.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    Key(key): Key<TASK_WRITE>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let task = find(&app, &id, &key)?;
    app.jobs.remove_task(&task);
    Ok(no_content())
}

fn find(app: &App, id: &str, key: &str) -> Result<Arc<Task>, Refusal> {
    app.jobs.task(id).filter(|task| task.key == key).ok_or_else(Refusal::not_found)
}
