//! Single calls of version 2, told and answered as values: one file for each part of the API.
//!
//! API documentation: <https://cloudconvert.com/api/v2>.
#![allow(clippy::unnecessary_wraps)] // Every call is made by a function of the same form.
#![cfg_attr(not(feature = "calls"), allow(dead_code))] // A page has one call.

mod account;
mod any;
mod catalogue;
mod create;
mod jobs;
mod output;
mod page;
mod read;
mod tasks;
mod webhooks;

pub(crate) use any::AnyCall;

use crate::api::Api;
use crate::error::Error;
use crate::json::Value;
use crate::wire::call::{no_option, unknown};

/// A call, made of a wish.
type Make = fn(&Api, &Value<'_>) -> Result<AnyCall, Error>;

#[cfg(feature = "calls")]
const JOB_OR_TASK: &[&str] = &["id", "url"];
const CATALOGUE: &[&str] =
    &["operation", "from", "to", "engine", "engine_version", "include", "alternatives"];

/// Every call, with how it is made, and the members that it has beside `call`.
#[cfg(not(feature = "calls"))]
const CALLS: &[(&str, Make, &[&str])] = &[("types", catalogue::types, CATALOGUE)];

#[cfg(feature = "calls")]
const CALLS: &[(&str, Make, &[&str])] = &[
    ("convert", create::convert, &["job", "answered"]),
    ("status", jobs::status, JOB_OR_TASK),
    ("wait", jobs::wait, JOB_OR_TASK),
    ("download", output::download, &["url", "name"]),
    ("delete", jobs::delete, JOB_OR_TASK),
    ("list", jobs::list, &["status", "tag", "page", "per_page"]),
    ("types", catalogue::types, CATALOGUE),
    ("operations", catalogue::operations, CATALOGUE),
    ("me", account::me, &[]),
    ("tasks", tasks::list, &["id", "status", "operation", "include", "page", "per_page"]),
    ("task", tasks::show, &["id", "url", "include", "wait"]),
    ("retry_task", tasks::retry, JOB_OR_TASK),
    ("cancel_task", tasks::cancel, JOB_OR_TASK),
    ("delete_task", tasks::delete, JOB_OR_TASK),
    ("webhooks", webhooks::list, &["url", "page", "per_page"]),
    ("create_webhook", webhooks::create, &["url", "events"]),
    ("delete_webhook", webhooks::delete, JOB_OR_TASK),
];

/// What only version 1 has, and what takes its place.
#[cfg(feature = "calls")]
const GONE: &[(&str, &str)] = &[
    ("create", "use `convert`, which creates a job and starts it"),
    ("start", "use `convert`, which creates a job and starts it"),
];

#[cfg(not(feature = "calls"))]
const GONE: &[(&str, &str)] = &[];

/// What the download of version 1 has besides, and what takes its place.
#[cfg(feature = "calls")]
const OF_DOWNLOADS: &[(&str, &str)] =
    &[("file", "each file has a URL of its own"), ("answered", "write a task `export/url` with `inline`")];

#[cfg(not(feature = "calls"))]
const OF_DOWNLOADS: &[(&str, &str)] = &[];

impl AnyCall {
    /// Reads a call.
    ///
    /// # Errors
    /// `bad_request` for a call that is unknown or lacks something, `untrusted_url` for a URL on another host than the
    /// service's.
    pub(crate) fn from_value(api: &Api, wish: &Value<'_>) -> Result<Self, Error> {
        let called = wish.get("call").text().unwrap_or_default();
        let gone = |what: &str, name: &str, instead: &str| {
            Err(super::lacks(&[what, " `", name, "`"].concat(), instead))
        };
        if let Some((_, instead)) = GONE.iter().find(|(name, _)| *name == called) {
            return gone("call", called, instead);
        }
        let Some((_, make, members)) = CALLS.iter().find(|(name, ..)| *name == called) else {
            return Err(Error::bad_request(["there is no call `", called, "`: check its name"].concat()));
        };
        let Some(name) = unknown(wish, members) else { return make(api, wish) };
        match OF_DOWNLOADS.iter().find(|(known, _)| called == "download" && *known == name) {
            Some((_, instead)) => gone("option", name, instead),
            None => Err(no_option(called, name)),
        }
    }

    /// Whether there is such a call.
    #[cfg(feature = "v1")]
    pub(crate) fn knows(name: &str) -> bool {
        CALLS.iter().any(|(known, ..)| *known == name)
    }

    /// Whether this call may have a member of this name.
    #[cfg(feature = "v1")]
    pub(crate) fn takes(call: &str, name: &str) -> bool {
        CALLS.iter().any(|(known, _, members)| *known == call && members.contains(&name))
    }
}

#[cfg(all(test, feature = "native"))]
mod tests;
