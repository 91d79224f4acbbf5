//! Kinds of requests.

use axum::http::Method;
use serde::{Deserialize, Serialize};

use crate::params::Params;

/// What kind of request it is, by method and path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// `/process`
    Create,
    /// `POST` to a process URL
    Start,
    /// `/convert`
    Convert,
    /// `/upload/…`
    Upload,
    /// `GET` of a process URL
    Status,
    /// the same with `?wait`
    Wait,
    /// `/download/…`
    Download,
    /// `DELETE` of a process URL
    Delete,
    /// `/processes`
    List,
    /// `/conversiontypes`
    Types,
    /// the conversion itself, which is no request: it is held in step `wait`, or fails with the given status
    Run,
}

impl Kind {
    /// None for what is no call of the API.
    pub(super) fn of(method: &Method, path: &str, query: &str) -> Option<Self> {
        let path = path.strip_prefix("/v1").filter(|rest| rest.starts_with('/')).unwrap_or(path);
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
}

fn waits(query: &str) -> bool {
    let mut params = Params::default();
    params.add_urlencoded(query).is_ok() && params.named("wait")
}
