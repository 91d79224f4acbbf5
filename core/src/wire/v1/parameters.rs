//! The parameters of a start, which `/convert` takes too.

use crate::choice::name_of;
use crate::job::{Destination, Input, Job, MODES, Mode};
use crate::json::Value;

/// When a start is answered ("Output parameters": `wait`, `download`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Answer {
    /// At once.
    #[default]
    Started,
    /// When the conversion has ended (`wait`).
    Ended,
    /// With the output itself, when there is one (`download`).
    Output {
        /// For display instead of saving (`inline`).
        inline: bool,
    },
}

/// What the documentation lists under "Starting the conversion".
pub(super) fn parameters(job: &Job, save: bool, answer: Answer) -> Value<'static> {
    let mut body = Value::object();
    input(&job.input, &mut body);
    body.set_some("filename", job.filename.clone());
    body.set("outputformat", job.to.clone());
    if job.mode != Mode::Convert {
        body.set("mode", name_of(job.mode, MODES));
    }
    for (name, value) in [("converteroptions", &job.options), ("tag", &job.tag)] {
        if !value.is_empty() {
            body.set(name, value.clone());
        }
    }
    body.set_some("preset", job.preset.clone());
    body.set_some("timeout", job.timeout);
    body.set_some("email", job.email.then_some(true));
    body.set_some("output", job.output.as_ref().map(Destination::write));
    body.set_some("callback", job.callback.clone());
    match answer {
        Answer::Started => {}
        Answer::Ended => body.set("wait", true),
        Answer::Output { inline: false } => body.set("download", true),
        Answer::Output { inline: true } => body.set("download", "inline"),
    }
    body.set_some("save", save.then_some(true));
    for (name, value) in job.extra.members() {
        body.set(name.clone(), value.clone());
    }
    body
}

/// What is about the input.
fn input(input: &Input, parameters: &mut Value<'static>) {
    let one_or_many = |files: &[String]| match files {
        [file] => ("file", Value::from(file.clone())),
        files => ("files", Value::Array(files.iter().cloned().map(Value::from).collect())),
    };
    let (method, file) = match input {
        Input::Upload { .. } => ("upload".into(), None),
        Input::Download { urls } => ("download".into(), Some(one_or_many(urls))),
        Input::Raw { content } => ("raw".into(), Some(("file", content.clone().into()))),
        Input::Base64 { content } => ("base64".into(), Some(("file", content.clone().into()))),
        Input::Storage { storage, files } => (storage.write(), Some(one_or_many(files))),
    };
    parameters.set("input", method);
    if let Some((name, value)) = file {
        parameters.set(name, value);
    }
}
