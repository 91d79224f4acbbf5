//! Jobs and tasks as JSON. What official clients cannot do without is always there: `user_id`, `percent` and `priority` as
//! integers, form parameters as texts, no `payload` unless it was asked for.

use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::extract::Query;
use super::upload;
use crate::app::App;
use crate::jobs::{Job, Link, Operation, Status, Task};

/// What an answer has besides, where `include` names it.
#[derive(Clone, Copy, Default)]
pub(super) struct Include<'q>(Option<&'q Query>);

impl<'q> Include<'q> {
    pub(super) const fn by(query: &'q Query) -> Self {
        Self(Some(query))
    }

    fn has(self, name: &str) -> bool {
        self.0.is_some_and(|query| query.includes(name))
    }
}

/// A whole job with its tasks.
pub(crate) fn job(app: &App, job: &Job) -> Value {
    let mut value = without_tasks(job);
    // The order of the tasks is not that of the request.
    let tasks = job.tasks.iter().rev().map(|one| task(app, one, &job.base, Include::default()));
    value.insert("tasks".to_owned(), tasks.collect());
    value.into()
}

/// A job as lists have it.
pub(super) fn without_tasks(job: &Job) -> Map<String, Value> {
    let value = json!({
        "id": job.id, "tag": job.tag, "status": job.status().as_str(),
        "created_at": time(Some(job.created)), "started_at": time(job.started()), "ended_at": time(job.ended()),
        "links": {"self": format!("{}/v2/jobs/{}", job.base, job.id)},
    });
    value.as_object().cloned().unwrap_or_default()
}

/// A task.
pub(super) fn task(app: &App, task: &Arc<Task>, base: &str, include: Include<'_>) -> Value {
    let state = task.state.borrow().clone();
    let mut value = Map::new();
    let mut set = |name: &str, member: Value| value.insert(name.to_owned(), member);
    set("id", task.id.as_str().into());
    if let Some(name) = &task.name {
        set("name", name.as_str().into());
    }
    set("job_id", task.job_id.clone().into());
    set("status", state.status.as_str().into());
    set("credits", if state.status.has_ended() { 0.into() } else { Value::Null });
    set("code", state.code.into());
    let (percent, said) = task.progress.get();
    let said = Some(said).filter(|said| !said.is_empty() && state.status == Status::Processing);
    set("message", state.message.clone().or(said).into());
    // Also while waiting, as elsewhere.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let percent = if state.status == Status::Processing { percent.clamp(0.0, 100.0) as u64 } else { 100 };
    set("percent", percent.into());
    set("operation", operation(task).into());
    if matches!(task.operation, Operation::Work(_)) {
        set("engine", state.engine.into());
        set("engine_version", Value::Null);
    }
    if include.has("payload") {
        set("payload", task.payload.clone().into());
    }
    set("result", result(app, task, base));
    set("created_at", time(Some(task.created)));
    set("started_at", time(state.started));
    set("ended_at", time(state.ended));
    set("retry_of_task_id", task.retry_of.clone().into());
    set("copy_of_task_id", task.retry_of.clone().into());
    if include.has("retries") {
        let tasks = app.jobs.tasks_of(&task.key);
        let retries = tasks.iter().filter(|other| other.retry_of.as_ref() == Some(&task.id));
        set("retries", retries.map(|retry| self::task(app, retry, base, Include::default())).collect());
    }
    set("user_id", 1.into());
    set("priority", (-10).into());
    set("host_name", Value::Null);
    set("storage", Value::Null);
    set("region", Value::Null);
    set("depends_on_task_ids", task.inputs.iter().map(|input| Value::from(input.id.as_str())).collect());
    if include.has("depends_on_tasks") {
        let inputs = task.inputs.iter().map(|input| self::task(app, input, base, Include::default()));
        set("depends_on_tasks", inputs.collect());
    }
    if include.has("job")
        && let Some(job) = task.job_id.as_ref().and_then(|id| app.jobs.job(id, &task.key))
    {
        set("job", without_tasks(&job).into());
    }
    set("links", json!({"self": format!("{base}/v2/tasks/{}", task.id)}));
    value.into()
}

/// The operation's name, as it was asked for.
fn operation(task: &Task) -> &str {
    task.payload.get("operation").and_then(Value::as_str).unwrap_or_default()
}

fn result(app: &App, task: &Task, base: &str) -> Value {
    let state = task.state.borrow();
    match (&task.operation, state.status) {
        (Operation::Upload, Status::Waiting) => json!({"form": upload::form(app, task, base)}),
        (_, Status::Finished) => {
            let mut result = Map::new();
            if let Some(metadata) = &state.result.metadata {
                result.insert("metadata".to_owned(), metadata.clone());
            }
            let files = state.result.files.iter().map(|file| {
                let mut value = json!({"filename": file.name, "size": file.size});
                if let Operation::Export { inline, .. } = task.operation {
                    let ended = state.ended.unwrap_or_else(SystemTime::now);
                    let link = Link::new(&task.id, &file.name, inline, ended + app.config.keep);
                    value["url"] = format!("{base}{}", link.path(&app.signer)).into();
                }
                value
            });
            result.insert("files".to_owned(), files.collect());
            result.into()
        }
        _ => Value::Null,
    }
}

/// `2020-12-17T05:33:53+00:00`, or null.
pub(super) fn time(time: Option<SystemTime>) -> Value {
    let text = time.map(|time| humantime::format_rfc3339_seconds(time).to_string().replace('Z', "+00:00"));
    text.into()
}
