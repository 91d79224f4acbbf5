//! What kind of request it is, by method and path, for faults on demand.

use axum::http::Method;

use crate::fault::Kind;
use crate::params::Params;

/// None for what is no call of this version.
pub(in crate::routes) fn kind(method: &Method, path: &str, query: &str) -> Option<Kind> {
    let path = path.strip_prefix("/v1").filter(|rest| rest.starts_with('/')).unwrap_or(path);
    let waits = || {
        let mut params = Params::default();
        params.add_urlencoded(query).is_ok() && waits(&params)
    };
    let mut parts = path.split('/').skip(1);
    Some(match (method, parts.next()?, parts.next()) {
        (_, "process", None) => Kind::Create,
        (_, "processes", None) => Kind::List,
        (_, "convert", None) => Kind::Convert,
        (_, "conversiontypes", None) => Kind::Types,
        (_, "upload", Some(_)) => Kind::Upload,
        (_, "download", Some(_)) => Kind::Download,
        (&Method::POST, "process", Some(_)) => Kind::Start,
        (&Method::DELETE, "process", Some(_)) => Kind::Delete,
        (_, "process", Some(_)) if waits() => Kind::Wait,
        (_, "process", Some(_)) => Kind::Status,
        _ => return None,
    })
}

/// Whether a status is to be answered when the process has ended.
pub(super) fn waits(params: &Params) -> bool {
    params.named("wait")
}
