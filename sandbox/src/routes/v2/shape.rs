//! Jobs and tasks as JSON. What official clients cannot do without is always there: `user_id`, `percent` and `priority` as
//! integers, form parameters as texts, no `payload` unless it was asked for.

use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::extract::Query;
use super::link::Link;
use super::upload;
use crate::app::App;
use crate::engine::known_version;
use crate::jobs::{Job, Operation, Shape, State, Status, Task};

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

/// A whole job with its tasks, of which `include` tells more.
pub(super) fn job(app: &App, job: &Job, include: Include<'_>) -> Value {
    let mut value = without_tasks(job);
    // The order of the tasks is not that of the request.
    let tasks = job.shown_tasks().rev().map(|one| task(app, job, one, job.base(), include));
    value.insert("tasks".to_owned(), tasks.collect());
    value.into()
}

/// A job as lists have it.
pub(super) fn without_tasks(job: &Job) -> Map<String, Value> {
    let value = json!({
        "id": job.id, "tag": job.tag(), "status": job.status().as_str(),
        "created_at": time(Some(job.created)), "started_at": time(job.started()), "ended_at": time(job.ended()),
        "links": {"self": format!("{}/v2/jobs/{}", job.base(), job.id)},
    });
    value.as_object().cloned().unwrap_or_default()
}

/// A task of this job.
pub(super) fn task(app: &App, job: &Job, task: &Task, base: &str, include: Include<'_>) -> Value {
    let state = task.state();
    let ended = state.status.has_ended();
    let mut value = json!({
        "id": task.id, "job_id": (job.shape == Shape::Graph).then_some(&job.id), "status": state.status.as_str(),
        "credits": ended.then_some(0), "code": state.failure.as_ref().map(|failure| &failure.code),
        "message": message(task, &state), "percent": percent(task, state.status), "operation": task.asked(),
        "result": result(app, task, &state, base), "created_at": time(Some(task.created)), "started_at": time(state.started),
        "ended_at": time(state.ended), "retry_of_task_id": task.retry_of, "copy_of_task_id": task.retry_of,
        "user_id": 1, "priority": -10, "host_name": null, "storage": null, "region": null,
        "depends_on_task_ids": task.takes,
        "links": {"self": format!("{base}/v2/tasks/{}", task.id)},
    });
    if let Some(name) = &task.name {
        value["name"] = name.as_str().into();
    }
    if matches!(task.operation, Operation::Work(_)) {
        value["engine"] = state.engine.as_deref().into();
        value["engine_version"] = state.engine.as_deref().and_then(known_version).into();
    }
    let warnings = task.warnings();
    if !warnings.is_empty() {
        value["warnings"] = warnings.into();
    }
    more(app, job, task, base, include, &mut value);
    value
}

/// What was asked for besides.
fn more(app: &App, job: &Job, task: &Task, base: &str, include: Include<'_>, value: &mut Value) {
    let other = |id: &str| {
        let (job, task) = app.jobs.task(id)?;
        Some(self::task(app, &job, &task, base, Include::default()))
    };
    if include.has("payload") {
        value["payload"] = task.payload.clone().into();
    }
    if include.has("retries") {
        let all = app.jobs.of_key(&job.key);
        let retries =
            all.iter().flat_map(|job| job.tasks()).filter(|other| other.retry_of.as_ref() == Some(&task.id));
        value["retries"] = retries.filter_map(|retry| other(&retry.id)).collect();
    }
    if include.has("depends_on_tasks") {
        value["depends_on_tasks"] = task.takes.iter().filter_map(|id| other(id)).collect();
    }
    if include.has("job") && job.shape == Shape::Graph {
        value["job"] = without_tasks(job).into();
    }
}

fn message(task: &Task, state: &State) -> Option<String> {
    match (&task.operation, state.status) {
        (_, Status::Error) => state.failure.as_ref().map(|failure| failure.error.message.clone()),
        (Operation::Receive { .. }, Status::Waiting) => Some("Waiting for file upload".to_owned()),
        (_, Status::Waiting) if state.queued => Some("Waiting for a free engine".to_owned()),
        (_, Status::Processing) => Some(task.progress.get().1).filter(|said| !said.is_empty()),
        _ => None,
    }
}

/// 100 also while waiting, as elsewhere.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn percent(task: &Task, status: Status) -> u64 {
    if status == Status::Processing { task.progress.get().0.clamp(0.0, 100.0) as u64 } else { 100 }
}

fn result(app: &App, task: &Task, state: &State, base: &str) -> Value {
    match (&task.operation, state.status) {
        (Operation::Receive { .. }, Status::Waiting) if task.asked() == "import/upload" => {
            json!({"form": upload::form(app, task, base)})
        }
        (_, Status::Finished) => {
            let mut result = Map::new();
            if let Some(facts) = &state.result.facts {
                result.insert("metadata".to_owned(), facts.clone());
            }
            if let Some(output) = &state.result.output {
                result.insert("output".to_owned(), output.clone().into());
            }
            let files = state.result.files.iter().enumerate().map(|(number, file)| {
                let mut value = json!({"filename": file.name, "size": file.size});
                if let Operation::Export(export) = &task.operation {
                    let ended = state.ended.unwrap_or_else(SystemTime::now);
                    let expires = ended + app.config.keep;
                    let link = Link::new(&task.id, (number, &file.name), export.inline, expires);
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
