//! The body of a creation, read into tasks that know each other.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::operation::Asked;
use super::wrong::{Wrong, flag, invalid, required, text, url};
use crate::engine::{Engines, Mode};
use crate::jobs::{Job, New, Operation, Task};
use crate::params::{MOST_KEPT, weight};

/// The most tasks that a job has.
const MAX_TASKS: usize = 100;

/// What is wrong with a body: parameters by their paths (`tasks.a.url`), with words.
#[derive(Debug, Default)]
pub(super) struct Invalid(pub(super) BTreeMap<String, Vec<String>>);

impl Invalid {
    pub(super) fn one((field, message): Wrong) -> Self {
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
pub(super) struct Plan {
    pub(super) tag: Option<String>,
    pub(super) webhook_url: Option<reqwest::Url>,
    /// Whether the answer to the creation leads to the file.
    pub(super) redirect: bool,
    /// In an order in which every task comes after those that it takes files from.
    tasks: Vec<Planned>,
}

struct Planned {
    name: String,
    asked: Asked,
    payload: Map<String, Value>,
    inputs: Vec<String>,
    ignore_error: bool,
}

/// A new task, and the content that came with it.
pub(super) type WithContent<T> = (T, Option<Vec<u8>>);

impl Plan {
    /// Reads `{"tasks": {name: {"operation", …}}, "tag", "webhook_url", "redirect"}`.
    pub(super) fn read(engines: &Engines, body: &Map<String, Value>) -> Result<Self, Invalid> {
        let tasks = body.get("tasks").and_then(Value::as_object).filter(|tasks| !tasks.is_empty());
        let tasks = tasks.ok_or_else(|| Invalid::one(required("tasks")))?;
        if tasks.len() > MAX_TASKS {
            return Err(Invalid::one(invalid("tasks", &format!("may not have more than {MAX_TASKS} items"))));
        }
        let webhook_url = webhook_url(body)?;
        let mut wrong = Invalid::default();
        let mut planned = Vec::new();
        for (name, task) in tasks {
            match Planned::read(engines, name, task, tasks) {
                Ok(task) => planned.push(task),
                Err(why) => wrong.add(&format!("tasks.{name}."), why),
            }
        }
        if !wrong.0.is_empty() {
            return Err(wrong);
        }
        let tasks = ordered(planned)?;
        let redirect = flag(body, "redirect").map_err(Invalid::one)?;
        if redirect && !tasks.iter().any(|task| matches!(task.asked.operation, Operation::Export(_))) {
            return Err(Invalid::one(invalid("redirect", "needs an export/url task")));
        }
        let tag = text(body, "tag").map_err(Invalid::one)?.map(str::to_owned);
        let kept = tag.as_ref().map_or(0, String::len)
            + webhook_url.as_ref().map_or(0, |url| url.as_str().len())
            + tasks.iter().map(|task| task.name.len() + weight(&task.payload)).sum::<usize>();
        kept_or_too_much(kept)?;
        Ok(Self { tag, webhook_url, redirect, tasks })
    }

    /// Whether a file has to be uploaded before it can end.
    pub(super) fn awaits_upload(&self) -> bool {
        let awaits =
            |asked: &Asked| matches!(asked.operation, Operation::Receive { .. }) && asked.content.is_none();
        self.tasks.iter().any(|task| awaits(&task.asked))
    }

    /// Makes the tasks. They stand in the order of the request as far as they may.
    pub(super) fn build(self, job: &Job) -> Vec<WithContent<Arc<Task>>> {
        let mut tasks: Vec<WithContent<Arc<Task>>> = Vec::with_capacity(self.tasks.len());
        for planned in self.tasks {
            let named = |name: &String| {
                tasks.iter().map(|(task, _)| task).find(|task| task.name.as_ref() == Some(name)).cloned()
            };
            let inputs = planned.inputs.iter().filter_map(named).collect();
            let ignore_error = planned.ignore_error;
            let new = New::unnamed(planned.asked.operation, planned.payload, inputs);
            let task = job.task(New { name: Some(planned.name), ignore_error, ..new });
            tasks.push((task, planned.asked.content));
        }
        tasks
    }
}

fn webhook_url(body: &Map<String, Value>) -> Result<Option<reqwest::Url>, Invalid> {
    let asked = text(body, "webhook_url").map_err(Invalid::one)?;
    asked.map(|asked| url("webhook_url", asked)).transpose().map_err(Invalid::one)
}

impl Planned {
    fn read(engines: &Engines, name: &str, task: &Value, all: &Map<String, Value>) -> Result<Self, Wrong> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if name.is_empty() || !name.bytes().all(plain) {
            return Err(invalid("name", "of a task may only have letters, digits, dashes and underscores"));
        }
        let task = task.as_object().ok_or_else(|| invalid("task", "has to be an object"))?;
        let operation = task.get("operation").and_then(Value::as_str).ok_or_else(|| required("operation"))?;
        let asked = Asked::read(engines, operation, task)?;
        let inputs = taken(&asked.operation, task)?;
        if let Some((field, unknown)) = inputs.iter().find(|(_, input)| !all.contains_key(input)) {
            return Err(invalid(field, &format!("names {unknown}, which is not a task of this job")));
        }
        let inputs: Vec<String> = inputs.into_iter().map(|(_, input)| input).collect();
        let operations = inputs.iter().filter_map(|input| all[input]["operation"].as_str());
        enough(&asked.operation, operations)?;
        let ignore_error = flag(task, "ignore_error")?;
        Ok(Self { name: name.to_owned(), asked, payload: payload(task), inputs, ignore_error })
    }
}

/// A task by itself: its inputs are IDs of tasks of the same key.
pub(super) fn single(
    engines: &Engines,
    operation: &str,
    body: &Map<String, Value>,
    find: impl Fn(&str) -> Option<Arc<Task>>,
) -> Result<WithContent<New>, Invalid> {
    let Asked { operation, content } = Asked::read(engines, operation, body).map_err(Invalid::one)?;
    let named = taken(&operation, body).map_err(Invalid::one)?;
    let unknown = |field| Invalid::one(invalid(field, "names a task that is not known"));
    let found = named.iter().map(|(field, id)| find(id).ok_or_else(|| unknown(field)));
    let inputs = found.collect::<Result<Vec<_>, _>>()?;
    enough(&operation, inputs.iter().map(|input| input.asked())).map_err(Invalid::one)?;
    let payload = payload(body);
    kept_or_too_much(weight(&payload))?;
    Ok((New::unnamed(operation, payload, inputs), content))
}

/// Refuses what is too much to be remembered.
fn kept_or_too_much(bytes: usize) -> Result<(), Invalid> {
    if bytes <= MOST_KEPT {
        return Ok(());
    }
    let message = format!("may not have more than {MOST_KEPT} bytes besides the content of files");
    Err(Invalid::one(invalid("tasks", &message)))
}

/// The tasks whose files one takes, each with the parameter that names it; a picture that it puts on the others last.
fn taken(operation: &Operation, task: &Map<String, Value>) -> Result<Vec<(&'static str, String)>, Wrong> {
    let mut taken: Vec<_> = inputs(task)?.into_iter().map(|input| ("input", input)).collect();
    if !operation.takes_input() {
        let none = invalid("input", "has to be left out, because this operation takes no files");
        return if taken.is_empty() { Ok(taken) } else { Err(none) };
    }
    if taken.is_empty() {
        return Err(required("input"));
    }
    if matches!(operation, Operation::Work(work) if work.image) {
        let image = task.get("image").and_then(Value::as_str).unwrap_or_default();
        taken.push(("image", image.to_owned()));
    }
    Ok(taken)
}

/// Refuses to join the one file that an import gives; other tasks may give several.
fn enough<'a>(operation: &Operation, inputs: impl Iterator<Item = &'a str>) -> Result<(), Wrong> {
    let joins = matches!(operation, Operation::Work(work) if work.mode == Mode::Combine);
    let inputs: Vec<&str> = inputs.collect();
    if joins && matches!(inputs[..], [one] if one.starts_with("import/")) {
        return Err(invalid("input", "has to name at least two different tasks, whose files become one"));
    }
    Ok(())
}

/// `input`: a name, or an array of them, each of which counts once.
fn inputs(task: &Map<String, Value>) -> Result<Vec<String>, Wrong> {
    let names = match task.get("input") {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::String(name)) => Some(vec![name.as_str()]),
        Some(Value::Array(names)) => names.iter().map(Value::as_str).collect(),
        Some(_) => None,
    };
    let names = names.ok_or_else(|| invalid("input", "has to be a name of a task, or an array of names"))?;
    let mut seen = HashSet::new();
    let names = names.into_iter().filter(|name| !name.is_empty() && seen.insert(*name));
    Ok(names.map(str::to_owned).collect())
}

/// What was asked for, without the content of files; `input` is always an array in it.
fn payload(task: &Map<String, Value>) -> Map<String, Value> {
    let without_content = task.iter().filter(|(name, _)| *name != "file");
    let mut payload: Map<_, _> = without_content.map(|(name, value)| (name.clone(), value.clone())).collect();
    if payload.contains_key("input") {
        payload.insert("input".to_owned(), inputs(task).unwrap_or_default().into());
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
