//! Kinds of requests.

use axum::http::Method;
use serde::{Deserialize, Serialize};

use crate::params::Params;

/// What kind of request it is, by method and path: of version 1, or of version 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// `/process`; `POST /v2/jobs`, and of a task alone
    Create,
    /// `POST` to a process URL
    Start,
    /// `/convert`
    Convert,
    /// `/upload/…`; a form to `/v2/upload/…`
    Upload,
    /// `GET` of a process URL; of a job or a task
    #[serde(alias = "show")]
    Status,
    /// the same with `?wait`; at the address that waits
    Wait,
    /// `/download/…`; `/v2/storage/…`
    Download,
    /// `DELETE` of a process URL; of a job or a task
    Delete,
    /// `/processes`; the jobs or tasks of a key
    List,
    /// `/conversiontypes`; `/v2/operations` and `/v2/convert/formats`
    Types,
    /// `POST /v2/tasks/…/cancel`
    Cancel,
    /// a webhook on its way out, which is no request to the service: it is held back, is not delivered (`cut` before, or a
    /// `status`), or counts as not delivered (`cut` after)
    Webhook,
    /// the conversion itself, which is no request: it is held in step `wait`, or fails with the given status
    Run,
}

impl Kind {
    /// None for what is no call of the API.
    pub(crate) fn of(method: &Method, path: &str, query: &str) -> Option<Self> {
        let below = |prefix: &str| path.strip_prefix(prefix).filter(|rest| rest.starts_with('/'));
        if let Some(path) = below("/v2") {
            return Self::of_v2(method, path, false);
        }
        if let Some(path) = below("/sync/v2") {
            return Self::of_v2(method, path, true);
        }
        let path = below("/v1").unwrap_or(path);
        let mut parts = path.split('/').skip(1);
        Some(match (method, parts.next()?, parts.next()) {
            (_, "process", None) => Self::Create,
            (_, "processes", None) => Self::List,
            (_, "convert", None) => Self::Convert,
            (_, "conversiontypes", None) => Self::Types,
            (_, "upload", Some(_)) => Self::Upload,
            (_, "download", Some(_)) => Self::Download,
            (&Method::POST, "process", Some(_)) => Self::Start,
            (&Method::DELETE, "process", Some(_)) => Self::Delete,
            (_, "process", Some(_)) if waits(query) => Self::Wait,
            (_, "process", Some(_)) => Self::Status,
            _ => return None,
        })
    }

    fn of_v2(method: &Method, path: &str, waits: bool) -> Option<Self> {
        let mut parts = path.split('/').skip(1);
        Some(match (method, parts.next()?, parts.next(), parts.next()) {
            (_, "upload", Some(_), _) => Self::Upload,
            (_, "storage", Some(_), _) => Self::Download,
            (_, "operations", None, _) | (&Method::GET, "convert", Some("formats"), _) => Self::Types,
            (&Method::GET, "jobs" | "tasks", None, _) => Self::List,
            (&Method::GET, "jobs" | "tasks", Some(_), _) if waits => Self::Wait,
            (&Method::GET, "jobs" | "tasks", Some(_), _) => Self::Status,
            (&Method::DELETE, "jobs" | "tasks", Some(_), _) => Self::Delete,
            (&Method::POST, "tasks", Some(_), Some("cancel")) => Self::Cancel,
            (&Method::POST, "tasks" | "users" | "webhooks", ..) => return None,
            (&Method::POST, ..) => Self::Create,
            _ => return None,
        })
    }
}

fn waits(query: &str) -> bool {
    let mut params = Params::default();
    params.add_urlencoded(query).is_ok() && params.named("wait")
}
