//! The body of a creation, read into tasks that know each other.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::operation::{Wrong, invalid, required};
use super::task::New;
use super::{Job, Operation, Task};

/// The most tasks that a job has.
const MAX_TASKS: usize = 100;

/// What is wrong with a body: parameters by their paths (`tasks.a.url`), with words.
#[derive(Debug, Default)]
pub(crate) struct Invalid(pub(crate) BTreeMap<String, Vec<String>>);

impl Invalid {
    pub(crate) fn one((field, message): Wrong) -> Self {
        let mut invalid = Self::default();
        invalid.add("", (field, message));
        invalid
    }

    fn add(&mut self, path: &str, (field, message): Wrong) {
        let named = [path, &field].concat();
        let message = message.replacen(&format!("The {field}"), &format!("The {named}"), 1);
        self.0.entry(named).or_default().push(message);
    }
}

/// What is to be done for a job, before anything is made of it.
pub(crate) struct Plan {
    tag: Option<String>,
    webhook_url: Option<reqwest::Url>,
    /// Whether the answer to the creation leads to the file.
    pub(crate) redirect: bool,
    /// In an order in which every task comes after those that it takes files from.
    tasks: Vec<Planned>,
}

struct Planned {
    name: String,
    operation: Operation,
    payload: Map<String, Value>,
    inputs: Vec<String>,
}

impl Plan {
    /// Reads `{"tasks": {name: {"operation", …}}, "tag", "webhook_url", "redirect"}`.
    pub(crate) fn read(body: &Map<String, Value>) -> Result<Self, Invalid> {
        let tasks = body.get("tasks").and_then(Value::as_object).filter(|tasks| !tasks.is_empty());
        let tasks = tasks.ok_or_else(|| Invalid::one(required("tasks")))?;
        if tasks.len() > MAX_TASKS {
            return Err(Invalid::one(invalid("tasks", &format!("may not have more than {MAX_TASKS} items"))));
        }
        let webhook_url = match body.get("webhook_url").and_then(Value::as_str).filter(|url| !url.is_empty())
        {
            None => None,
            Some(url) => match url.parse::<reqwest::Url>() {
                Ok(url) if ["http", "https"].contains(&url.scheme()) => Some(url),
                _ => return Err(Invalid::one(invalid("webhook_url", "has to be a full URL, with https://"))),
            },
        };
        let mut wrong = Invalid::default();
        let mut planned = Vec::new();
        for (name, task) in tasks {
            match Planned::read(name, task, tasks) {
                Ok(task) => planned.push(task),
                Err(why) => wrong.add(&format!("tasks.{name}."), why),
            }
        }
        if !wrong.0.is_empty() {
            return Err(wrong);
        }
        let tasks = ordered(planned)?;
        let redirect = body.get("redirect").is_some_and(|flag| flag == &Value::Bool(true));
        if redirect && !tasks.iter().any(|task| matches!(task.operation, Operation::Export { .. })) {
            return Err(Invalid::one(invalid("redirect", "needs an export/url task")));
        }
        let tag = body.get("tag").and_then(Value::as_str).filter(|tag| !tag.is_empty()).map(str::to_owned);
        Ok(Self { tag, webhook_url, redirect, tasks })
    }

    /// Makes the job. Its tasks stand in the order of the request as far as they may.
    pub(crate) fn build(self, data: &Path, key: &str, base: &str) -> Job {
        let id = Uuid::new_v4().to_string();
        let mut tasks: Vec<Arc<Task>> = Vec::with_capacity(self.tasks.len());
        for planned in self.tasks {
            let named = |name: &String| tasks.iter().find(|task| task.name.as_ref() == Some(name)).cloned();
            let new = New {
                inputs: planned.inputs.iter().filter_map(named).collect(),
                name: Some(planned.name),
                job_id: Some(id.clone()),
                key: key.to_owned(),
                operation: planned.operation,
                payload: planned.payload,
                retry_of: None,
            };
            tasks.push(Arc::new(Task::new(data, new)));
        }
        Job {
            id,
            key: key.to_owned(),
            tag: self.tag,
            webhook_url: self.webhook_url,
            base: base.to_owned(),
            created: SystemTime::now(),
            tasks,
        }
    }
}

impl Planned {
    fn read(name: &str, task: &Value, all: &Map<String, Value>) -> Result<Self, Wrong> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if name.is_empty() || !name.bytes().all(plain) {
            return Err(invalid("name", "of a task may only have letters, digits, dashes and underscores"));
        }
        let task = task.as_object().ok_or_else(|| invalid("task", "has to be an object"))?;
        let operation = task.get("operation").and_then(Value::as_str).ok_or_else(|| required("operation"))?;
        let operation = Operation::read(operation, task)?;
        let inputs = inputs(task);
        if operation.takes_input() && inputs.is_empty() {
            return Err(required("input"));
        }
        if let Some(unknown) = inputs.iter().find(|input| !all.contains_key(*input)) {
            return Err(invalid("input", &format!("names {unknown}, which is not a task of this job")));
        }
        let inputs = if operation.takes_input() { inputs } else { Vec::new() };
        Ok(Self { name: name.to_owned(), operation, payload: payload(task), inputs })
    }
}

/// A task by itself: its inputs are IDs of tasks of the same key.
pub(crate) fn single(
    data: &Path,
    key: &str,
    operation: &str,
    body: &Map<String, Value>,
    find: impl Fn(&str) -> Option<Arc<Task>>,
) -> Result<Task, Invalid> {
    let named = inputs(body);
    let operation = Operation::read(operation, body).map_err(Invalid::one)?;
    if operation.takes_input() && named.is_empty() {
        return Err(Invalid::one(required("input")));
    }
    let mut inputs = Vec::with_capacity(named.len());
    for id in named.iter().filter(|_| operation.takes_input()) {
        let found =
            find(id).ok_or_else(|| Invalid::one(invalid("input", "names a task that is not known")))?;
        inputs.push(found);
    }
    let new = New {
        name: None,
        job_id: None,
        key: key.to_owned(),
        operation,
        payload: payload(body),
        inputs,
        retry_of: None,
    };
    Ok(Task::new(data, new))
}

/// `input`: a name, or an array of them.
fn inputs(task: &Map<String, Value>) -> Vec<String> {
    match task.get("input") {
        Some(Value::String(name)) if !name.is_empty() => vec![name.clone()],
        Some(Value::Array(names)) => {
            names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
}

/// What was asked for; `input` is always an array in it.
fn payload(task: &Map<String, Value>) -> Map<String, Value> {
    let mut payload = task.clone();
    if payload.contains_key("input") {
        payload.insert("input".to_owned(), inputs(task).into());
    }
    payload
}

/// Each task behind those that it takes files from, else in the order of the request.
fn ordered(mut planned: Vec<Planned>) -> Result<Vec<Planned>, Invalid> {
    let mut ordered: Vec<Planned> = Vec::with_capacity(planned.len());
    while !planned.is_empty() {
        let is_there = |name: &String| ordered.iter().any(|task| task.name == *name);
        let Some(next) = planned.iter().position(|task| task.inputs.iter().all(is_there)) else {
            return Err(Invalid::one(invalid("tasks", "take files from one another in a circle")));
        };
        ordered.push(planned.remove(next));
    }
    Ok(ordered)
}
