//! The tasks of a job of one's own, with the mark in their names.
//!
//! API documentation: <https://cloudconvert.com/api/v2/jobs#jobs-create>.

use std::borrow::Cow;

use super::{Mark, imports};
use crate::error::Error;
use crate::job::Tasks;
use crate::json::Value;
use crate::policy::DownloadMode;
use crate::text::parts;

/// Refuses tasks that would cost for nothing: something is to be downloaded, and nothing comes out.
pub(super) fn check(graph: &Tasks, download: DownloadMode) -> Result<(), Error> {
    let mut operations = graph.tasks.members().iter().filter_map(|(_, task)| task.get("operation").text());
    let gives = |operation: &str| operation.starts_with("export/") || operation == "metadata";
    if download != DownloadMode::None && !operations.any(gives) {
        return Err(Error::bad_request("these tasks give nothing: add an `export/url`, or download nothing"));
    }
    Ok(())
}

/// The tasks as they are sent. Every name gets the mark, and that of an upload the number of its file; what refers to a
/// name follows it.
pub(super) fn tasks(graph: &Tasks, mark: Mark<'_>) -> Value<'static> {
    let name = |name: &str| {
        let file = graph.uploads.iter().position(|upload| upload == name);
        mark.name(&file.map_or_else(|| name.to_owned(), |file| imports::numbered(name, file)))
    };
    let mut sent = Value::object();
    for (named, task) in graph.tasks.members() {
        let mut copy = Value::object();
        for (parameter, value) in task.members() {
            copy.set(parameter.clone(), follow(graph, parameter, value, &name));
        }
        sent.set(name(named), copy);
    }
    sent
}

/// A parameter, with the new names of the tasks in it: `input`, the `image` of a watermark, and the folders that the
/// arguments of a command have.
fn follow(
    graph: &Tasks,
    parameter: &str,
    value: &Value<'static>,
    name: &impl Fn(&str) -> String,
) -> Value<'static> {
    let known = |task: &str| graph.tasks.get(task) != &Value::Null;
    let renamed = |value: &Value<'static>| match value.text() {
        Some(task) if known(task) => Value::from(name(task)),
        _ => value.clone(),
    };
    match (parameter, value) {
        ("input", Value::Array(inputs)) => Value::Array(inputs.iter().map(renamed).collect()),
        ("input" | "image", value) => renamed(value),
        ("arguments", Value::String(text)) => folders(text, &|task| known(task).then(|| name(task))).into(),
        (_, value) => value.clone(),
    }
}

/// The arguments of a command, whose inputs stand in folders that are named as their tasks: `/input/TASK/`. What `sent` gives
/// is the name that a task has now.
pub(super) fn folders(arguments: &str, sent: &dyn Fn(&str) -> Option<String>) -> String {
    let mut segments: Vec<Cow<'_, str>> = parts(arguments, b'/').map(Cow::Borrowed).collect();
    for at in 2..segments.len().saturating_sub(1) {
        let name = if segments[at - 1] == "input" { sent(&segments[at]) } else { None };
        if let Some(name) = name {
            segments[at] = name.into();
        }
    }
    segments.join("/")
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::backoff::Random;

    #[test]
    fn names_get_the_mark_and_what_refers_to_them_follows() {
        let tasks = r#"{
            "logo": {"operation": "import/url", "url": "https://example.org/logo"},
            "film": {"operation": "import/upload"},
            "cut": {"operation": "command", "input": "film", "arguments": "-i /input/film/a.mp4 /input/films/x"},
            "mark": {"operation": "watermark", "input": ["cut"], "image": "logo", "text": "film"},
            "out": {"operation": "export/url", "input": ["mark", "cut"]}
        }"#;
        let tasks = serde_json::from_str::<Value<'_>>(tasks).unwrap().owned();
        let mark = Mark::draw(&mut Random(1));
        let graph = Tasks { tasks, uploads: vec!["film".to_owned()] };
        let sent = super::tasks(&graph, Mark(&mark));
        let text = serde_json::to_string(&sent).unwrap().replace(&mark, "*");
        let expected = serde_json::json!({
            "logo-*": {"operation": "import/url", "url": "https://example.org/logo"},
            "film-1-*": {"operation": "import/upload"},
            "cut-*": {"operation": "command", "input": "film-1-*", "arguments": "-i /input/film-1-*/a.mp4 /input/films/x"},
            "mark-*": {"operation": "watermark", "input": ["cut-*"], "image": "logo-*", "text": "film"},
            "out-*": {"operation": "export/url", "input": ["mark-*", "cut-*"]}
        });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), expected);
    }
}
