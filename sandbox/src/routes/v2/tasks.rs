//! `/tasks`, and `POST /{operation}`, which creates a task that belongs to no job.
//!
//! API documentation: <https://cloudconvert.com/api/v2/tasks>.

use std::sync::Arc;

use axum::extract::{OriginalUri, Request, State};
use axum::handler::Handler;
use axum::http::{Method, Uri, header};
use axum::response::{IntoResponse, Response};

use super::answer::{Refusal, data, no_content};
use super::extract::{Body, Creator, Key, Path, Place, Query, TASK_READ, TASK_WRITE};
use super::operation::is_known;
use super::plan::single;
use super::shape::Include;
use super::{launch, list, shape};
use crate::app::App;
use crate::jobs::{Job, New, Operation, Shape, Task};
use crate::serve::Seat;

/// `POST /import/url`, `POST /convert`, and so on.
async fn create(
    State(app): State<Arc<App>>,
    Creator(key): Creator,
    place: Place,
    seat: Seat,
    OriginalUri(uri): OriginalUri,
    Body(mut body, turn): Body,
) -> Result<Response, Refusal> {
    let operation = operation_of(&uri).to_owned();
    // The body may repeat it, and the path decides.
    body.insert("operation".to_owned(), operation.clone().into());
    let new =
        single(&app.jobs.engines, &operation, &body, |id| find(&app, id, &key).ok().map(|(_, task)| task))?;
    drop(body);
    let (job, task) = launch::task(&app, &key, new, &place.base).await?;
    // All content is on disk.
    drop(turn);
    let status = place.created(&seat, task.wait()).await;
    Ok(data(status, &shape::task(&app, &job, &task, &place.base, Include::default())))
}

/// Every request at an address that may be an operation's: POST creates a task. By other methods, an operation is told
/// from what is nothing.
pub(super) async fn operation(
    State(app): State<Arc<App>>,
    OriginalUri(uri): OriginalUri,
    request: Request,
) -> Response {
    if request.method() == Method::POST {
        create.call(request, app).await
    } else if is_known(operation_of(&uri)) {
        ([(header::ALLOW, "POST")], Refusal::not_allowed()).into_response()
    } else {
        Refusal::not_found().into_response()
    }
}

fn operation_of(uri: &Uri) -> &str {
    uri.path().trim_start_matches("/sync").trim_start_matches("/v2/")
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
    place.shown(&seat, find(&app, &id, &key)?.1.wait()).await?;
    // It may have been deleted meanwhile.
    let (job, task) = find(&app, &id, &key)?;
    Ok(data(200, &shape::task(&app, &job, &task, &place.base, Include::by(&query))))
}

/// `GET /tasks`, with filters and pages.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Key(key): Key<TASK_READ>,
    place: Place,
    query: Query,
) -> Result<Response, Refusal> {
    let status = list::status(&query)?;
    let (of_job, operation) = (query.filter("job_id"), query.filter("operation"));
    let wanted = |job: &Job, task: &Task| {
        status.is_none_or(|status| task.status() == status)
            && of_job.as_ref().is_none_or(|id| *id == job.id)
            && operation.as_ref().is_none_or(|operation| operation == task.asked())
    };
    let jobs = app.jobs.of_key(&key).into_iter().rev().filter(|job| job.shape != Shape::Process);
    let mut tasks: Vec<(Arc<Job>, Arc<Task>)> = Vec::new();
    for job in jobs {
        let wanted = job.shown_tasks().rev().filter(|task| wanted(&job, task));
        tasks.extend(wanted.map(|task| (job.clone(), task.clone())));
    }
    let include = Include::by(&query);
    let show = |(job, task): &(Arc<Job>, Arc<Task>)| shape::task(&app, job, task, &place.base, include);
    list::page(&query, &format!("{}/v2/tasks", place.base), &tasks, show)
}

/// `POST /tasks/{id}/cancel`: 422 for what has ended.
pub(super) async fn cancel(
    State(app): State<Arc<App>>,
    Key(key): Key<TASK_WRITE>,
    place: Place,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let (job, task) = find(&app, &id, &key)?;
    if !task.cancel() {
        return Err(Refusal::invalid("status", "Cannot change status: task already completed."));
    }
    Ok(data(200, &shape::task(&app, &job, &task, &place.base, Include::default())))
}

/// `POST /tasks/{id}/retry`: a new task of the same payload, without a job; at the address that waits, when it has ended.
pub(super) async fn retry(
    State(app): State<Arc<App>>,
    Creator(key): Creator,
    place: Place,
    seat: Seat,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let (_, original) = find(&app, &id, &key)?;
    let again = New::unnamed(original.operation.clone(), original.payload.clone(), original.inputs.clone());
    let again = New { retry_of: Some(original.id.clone()), ..again };
    let (job, task) = launch::task(&app, &key, (again, None), &place.base).await?;
    // The content of a request does not come again.
    if matches!(task.operation, Operation::Receive { .. }) && task.asked() != "import/upload" {
        task.receive_again(&original);
    }
    let status = place.created(&seat, task.wait()).await;
    Ok(data(status, &shape::task(&app, &job, &task, &place.base, Include::default())))
}

/// `DELETE /tasks/{id}`: what runs is cancelled, and the files go. Its job stays as it is.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    Key(key): Key<TASK_WRITE>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let (job, task) = find(&app, &id, &key)?;
    if job.shape == Shape::Single {
        app.jobs.remove(&job.id);
    } else {
        task.delete();
    }
    Ok(no_content())
}

fn find(app: &App, id: &str, key: &str) -> Result<(Arc<Job>, Arc<Task>), Refusal> {
    let found = app.jobs.task(id).filter(|(job, _)| job.key == key && job.shape != Shape::Process);
    found.ok_or_else(Refusal::not_found)
}
