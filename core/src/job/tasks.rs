//! A job of one's own: a graph of tasks, as version 2 of the API writes them, with files of the host for its uploads.
//!
//! API documentation: <https://cloudconvert.com/api/v2/jobs#jobs-create>.

use super::input::{is_full_url, need};
use super::{Input, InputFile, Job};
use crate::error::Error;
use crate::json::Value;
use crate::names::extension;

/// The operation of a task that takes a file of the host.
const UPLOAD: &str = "import/upload";
/// What a wish with `tasks` may have.
const FIELDS: &[&str] = &["tasks", "files", "tag", "callback"];

/// Tasks, and which of them take the files of the input.
#[derive(Clone, PartialEq)]
pub struct Tasks {
    /// An object of tasks by name: `{"import-1": {"operation": "import/upload"}, …}`.
    pub tasks: Value<'static>,
    /// The names of the tasks that take the files of the input ([`Input::Upload`]), in the order of the files.
    pub uploads: Vec<String>,
}

impl Job {
    /// Reads a wish for a job of one's own: `{"tasks", "files", "tag", "callback"}`. Each of the `files` has the name of its
    /// import `task`, a `name` and, where known, a `size`.
    ///
    /// ```
    /// use cloudconvert_core::{Job, Value};
    ///
    /// let wish = r#"{
    ///     "tasks": {
    ///         "plan": {"operation": "import/upload"},
    ///         "small": {"operation": "thumbnail", "input": "plan", "output_format": "png"},
    ///         "files": {"operation": "export/url", "input": ["plan", "small"]}
    ///     },
    ///     "files": [{"task": "plan", "name": "plan.pdf", "size": 20481}]
    /// }"#;
    /// let job = Job::from_value(&serde_json::from_str::<Value<'_>>(wish)?)?;
    /// assert_eq!(job.tasks.unwrap().uploads, ["plan"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `bad_request` for a graph that cannot run: a name that is not allowed, an input that is not a task, an upload without its file, a file
    /// without its upload.
    pub fn of_tasks(wish: &Value<'_>) -> Result<Self, Error> {
        if let Some((name, _)) = wish.members().iter().find(|(name, _)| !FIELDS.contains(&name.as_ref())) {
            return Err(Error::bad_request(
                ["a job with `tasks` has no option `", name, "`: write it into its task"].concat(),
            ));
        }
        let job = Self::read_tasks(wish)?;
        job.check()?;
        Ok(job)
    }

    pub(super) fn read_tasks(wish: &Value<'_>) -> Result<Self, Error> {
        let mut files = Vec::new();
        let mut uploads = Vec::new();
        for file in wish.get("files").items() {
            let task = need(file, "task")?;
            let nameless = || {
                let parts =
                    ["the file of the task `", &task, "` has no name: give it one, with its extension"];
                Error::bad_request(parts.concat())
            };
            let name = file.get("name").text().ok_or_else(nameless)?.to_owned();
            files.push(InputFile { name, size: file.get("size").unsigned() });
            uploads.push(task);
        }
        let tasks = wish.get("tasks").owned();
        Ok(Self {
            tag: wish.get("tag").owned(),
            callback: wish.get("callback").text().map(str::to_owned),
            tasks: Some(Box::new(Tasks { tasks, uploads })),
            ..Self::new(Input::Upload { files }, "", "")
        })
    }
}

impl Tasks {
    /// Refuses a graph that cannot run.
    pub(super) fn check(&self, job: &Job) -> Result<(), Error> {
        let refuse = |parts: &[&str]| Err(Error::bad_request(parts.concat()));
        let tasks = self.tasks.members();
        if tasks.is_empty() {
            return refuse(&["`tasks` has to be an object of tasks by name, with one task at least"]);
        }
        for (name, task) in tasks {
            let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
            if name.is_empty() || !name.bytes().all(letter) {
                return refuse(&["the task `", name, "` needs a name of letters, digits, `_` and `-`"]);
            }
            let Some(operation) = task.get("operation").text() else {
                return refuse(&["the task `", name, "` has no `operation`: give one"]);
            };
            let unknown = inputs(task).find(|input| self.tasks.get(input) == &Value::Null);
            if let Some(input) = unknown {
                return refuse(&[
                    "the task `",
                    name,
                    "` has the input `",
                    input,
                    "`, which is no task: check its name",
                ]);
            }
            let files = self.uploads.iter().filter(|upload| *upload == name).count();
            match (operation == UPLOAD, files) {
                (true, 1) | (false, 0) => {}
                (true, 0) => return refuse(&["the task `", name, "` has no file to upload: give one"]),
                (true, _) => return refuse(&["the task `", name, "` takes one file"]),
                (false, _) => {
                    return refuse(&[
                        "the task `",
                        name,
                        "` takes no file: its operation has to be ",
                        UPLOAD,
                    ]);
                }
            }
        }
        if let Some(upload) = self.uploads.iter().find(|upload| self.tasks.get(upload) == &Value::Null) {
            return refuse(&["there is no task `", upload, "` that takes a file: check its name"]);
        }
        let Input::Upload { files } = &job.input else {
            return refuse(&["a job with `tasks` imports by its tasks: its input is files to upload"]);
        };
        if files.len() != self.uploads.len() || files.iter().any(|file| file.name.is_empty()) {
            return refuse(&["each file of a job with `tasks` needs a name and its task"]);
        }
        if let Some(file) = files.iter().find(|file| extension(&file.name).is_none()) {
            return refuse(&[
                "the file `",
                &file.name,
                "` needs a name with an extension, which tells its format",
            ]);
        }
        if job.callback.as_deref().is_some_and(|url| !is_full_url(url)) {
            return refuse(&["the callback has to be a full URL, with https://"]);
        }
        Ok(())
    }

    /// What is read again: parameters of tasks may hold credentials, so they are left out.
    pub(super) fn save(&self, job: &Job, may_begin: bool) -> Value<'static> {
        let mut tasks = Value::object();
        for (name, task) in self.tasks.members() {
            let mut plain = Value::object();
            plain.set_some("operation", task.get("operation").text().map(str::to_owned));
            tasks.set(name.clone(), plain);
        }
        let mut wish = Value::object();
        wish.set("tasks", tasks);
        if let Input::Upload { files } = &job.input {
            let files = files.iter().zip(&self.uploads).map(|(file, task)| {
                let mut entry = Value::object();
                entry.set("task", task.clone());
                entry.set("name", file.name.clone());
                entry.set_some("size", file.size);
                entry
            });
            wish.set("files", files.collect::<Vec<_>>());
        }
        if may_begin {
            if !job.tag.is_empty() {
                wish.set("tag", job.tag.clone());
            }
            wish.set_some("callback", job.callback.clone());
        }
        wish
    }
}

/// The names of the tasks that a task takes: one text, or several.
pub(crate) fn inputs<'t>(task: &'t Value<'_>) -> impl Iterator<Item = &'t str> {
    let input = task.get("input");
    input.text().into_iter().chain(input.items().iter().filter_map(Value::text))
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;

    fn read(tasks: &str, files: &str) -> Result<Job, Error> {
        let wish = format!(r#"{{"tasks":{tasks},"files":{files},"tag":"t"}}"#);
        Job::from_value(&serde_json::from_str(&wish).unwrap())
    }

    const UPLOADED: &str =
        r#"{"a":{"operation":"import/upload"},"b":{"operation":"export/url","input":"a"}}"#;

    #[test]
    fn a_graph_that_cannot_run_is_refused_with_words() {
        let file = r#"[{"task":"a","name":"a.png"}]"#;
        for (tasks, files, says) in [
            ("{}", "[]", "one task at least"),
            (r#"{"ä":{"operation":"metadata"}}"#, "[]", "letters"),
            (r#"{"a":{}}"#, "[]", "`operation`"),
            (r#"{"a":{"operation":"metadata","input":["b"]}}"#, "[]", "`b`, which is no task"),
            (UPLOADED, "[]", "no file to upload"),
            (UPLOADED, r#"[{"task":"a","name":"a.png"},{"task":"a","name":"b.png"}]"#, "one file"),
            (UPLOADED, r#"[{"task":"a","name":"a.png"},{"task":"b","name":"b.png"}]"#, "takes no file"),
            (UPLOADED, r#"[{"task":"a","name":"a.png"},{"task":"c","name":"b.png"}]"#, "no task `c`"),
            (UPLOADED, r#"[{"task":"a"}]"#, "the task `a` has no name"),
            (UPLOADED, r#"[{"task":"a","name":"63"}]"#, "`63` needs a name with an extension"),
        ] {
            let error = read(tasks, files).unwrap_err();
            assert!(error.message.contains(says), "{says}: {}", error.message);
        }
        assert!(read(UPLOADED, file).is_ok());
        let wish = r#"{"tasks":{"a":{"operation":"metadata"}},"to":"png"}"#;
        assert!(Job::from_value(&serde_json::from_str(wish).unwrap()).unwrap_err().message.contains("`to`"));
    }

    #[test]
    fn a_saved_graph_holds_no_credentials() {
        let tasks = r#"{"a":{"operation":"import/upload"},"b":{"operation":"export/s3","input":"a","secret_access_key":"s3cret"}}"#;
        let job = read(tasks, r#"[{"task":"a","name":"a.png","size":7}]"#).unwrap();
        let saved = job.save(true);
        assert!(!serde_json::to_string(&saved).unwrap().contains("s3cret"));
        assert!(!format!("{job:?}").contains("s3cret"));
        let (restored, withheld) = Job::restore(&saved).unwrap();
        assert!(withheld && restored.input == job.input && restored.tag == job.tag);
        assert_eq!(restored.tasks.unwrap().uploads, ["a"]);
    }
}
