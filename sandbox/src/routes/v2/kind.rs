//! What kind of request it is, by method and address, for faults on demand; and what its host says.

use axum::http::Method;

use crate::fault::Kind;
use crate::public_url::is_host;

/// How the host begins that waits, before the name of the API's.
const SYNC: &str = "sync.";

/// Whether the answer is to come when the job or task has ended: at the host of its own that this has elsewhere, or below a
/// prefix.
pub(super) fn waits(host: &str, path: &str) -> bool {
    without_sync(host).is_some() || path.starts_with("/sync/")
}

/// The host of the API, where this one is it or waits for it.
pub(super) fn of_api(host: &str) -> &str {
    without_sync(host).filter(|host| is_host(host)).unwrap_or(host)
}

/// The rest of the name of a host that waits; in names of hosts large letters are as small ones.
fn without_sync(host: &str) -> Option<&str> {
    let (first, rest) = host.split_at_checked(SYNC.len())?;
    first.eq_ignore_ascii_case(SYNC).then_some(rest)
}

/// None for what is no call of this version.
pub(in crate::routes) fn kind(method: &Method, host: &str, path: &str) -> Option<Kind> {
    if path == "/socket.io/" {
        return Some(Kind::Events);
    }
    let call = path.strip_prefix("/sync").unwrap_or(path).strip_prefix("/v2/")?;
    let mut parts = call.split('/');
    Some(match (method, parts.next()?, parts.next(), parts.next()) {
        (_, "upload", Some(_), _) => Kind::Upload,
        (_, "storage", Some(_), _) => Kind::Download,
        (_, "signed", Some(_), _) => Kind::Signed,
        (_, "users" | "webhooks", ..) => Kind::Account,
        (_, "operations", None, _) | (&Method::GET, "convert", Some("formats"), _) => Kind::Types,
        (&Method::GET, "jobs" | "tasks", None, _) => Kind::List,
        (&Method::GET, "jobs" | "tasks", ..) if waits(host, path) => Kind::Wait,
        (&Method::GET, "jobs" | "tasks", ..) => Kind::Status,
        (&Method::DELETE, "jobs" | "tasks", Some(_), _) => Kind::Delete,
        (&Method::POST, "tasks", Some(_), Some("cancel")) => Kind::Cancel,
        (&Method::POST, "tasks", Some(_), Some("retry")) => Kind::Retry,
        (&Method::POST, "tasks", ..) => return None,
        (&Method::POST, ..) => Kind::Create,
        _ => return None,
    })
}
