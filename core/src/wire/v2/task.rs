//! One task of a job: what can be told of it, and why a job failed because of it.
//!
//! API documentation: <https://cloudconvert.com/api/v2/tasks>.

use super::NO_CREDITS;
use crate::error::Code;
use crate::json::Value;
use crate::wire::answers::limited;
use crate::wire::report::{Failure, facts};

/// One task of a job, read where it stands.
#[derive(Clone, Copy)]
pub(super) struct Task<'t> {
    pub(super) value: &'t Value<'t>,
    pub(super) operation: &'t str,
    status: &'t str,
}

impl<'t> Task<'t> {
    pub(super) fn of(value: &'t Value<'t>) -> Self {
        let text = |name| value.get(name).text().unwrap_or_default();
        Self { value, operation: text("operation"), status: text("status") }
    }

    pub(super) fn is(self, status: &str) -> bool {
        self.status == status
    }

    pub(super) fn has_ended(self) -> bool {
        self.is("finished") || self.is("error")
    }

    pub(super) fn files(self) -> &'t [Value<'t>] {
        self.value.get("result").get("files").items()
    }

    /// What it found out, where that is no file: the facts of a file, or what a command wrote.
    pub(super) fn facts(self) -> Option<Box<Value<'static>>> {
        let result = self.value.get("result");
        match self.operation {
            "metadata" => facts(result.get("metadata")),
            "command" if !result.get("output").is_empty() => {
                let mut told = Value::object();
                told.set("output", result.get("output").owned());
                Some(Box::new(told))
            }
            _ => None,
        }
    }

    /// How far it is, from 0 to 1. A task that waits says 100 percent.
    pub(super) fn share(self) -> f64 {
        if self.is("processing") {
            self.value.get("percent").number().unwrap_or_default().clamp(0.0, 100.0) / 100.0
        } else if self.has_ended() {
            1.0
        } else {
            0.0
        }
    }

    /// How much of the whole it is: work takes longer than moving files about.
    pub(super) fn weight(self) -> f64 {
        let moves = ["import/", "export/"].iter().any(|prefix| self.operation.starts_with(prefix));
        if moves { 1.0 } else { 8.0 }
    }
}

/// The cause of a failed job: the task that did not merely follow another's failure.
pub(super) fn failure(tasks: &[Task<'_>]) -> Failure {
    let failed = || tasks.iter().filter(|task| task.is("error"));
    let code = |task: &Task<'_>| task.value.get("code").text().unwrap_or_default().to_owned();
    let cause = failed().find(|task| code(task) != "INPUT_TASK_FAILED").or_else(|| failed().next());
    let Some(cause) = cause else {
        return Failure {
            code: Code::ConversionFailed,
            status: None,
            try_anew: false,
            message: "the service could not convert this file: try other options".to_owned(),
        };
    };
    let (code, message) = (code(cause), cause.value.get("message").text().unwrap_or_default());
    let message = match (message, code.as_str()) {
        (_, "CREDITS_EXCEEDED") => NO_CREDITS.to_owned(),
        ("", "") => "the service could not convert this file: try other options".to_owned(),
        ("", code) => ["the service could not convert this file (", code, ")"].concat(),
        (message, "") => message.to_owned(),
        (message, code) => [message, " (", code, ")"].concat(),
    };
    // The documentation advises against repeating failed tasks blindly.
    Failure { code: code_of(&code), status: None, message: limited(&message), try_anew: false }
}

/// What a task's code means. No list of them exists, so what is not known is a failed conversion.
fn code_of(code: &str) -> Code {
    match code {
        "INVALID_FILENAME"
        | "INVALID_CONVERSION_TYPE"
        | "INVALID_DATA"
        | "SANDBOX_FILE_NOT_ALLOWED"
        | "FILE_TOO_LARGE" => Code::BadRequest,
        "CREDITS_EXCEEDED" => Code::Unauthorized,
        _ => Code::ConversionFailed,
    }
}
