//! Single calls of version 2, told and answered as values: one file for each part of the API.
//!
//! API documentation: <https://cloudconvert.com/api/v2>.
#![allow(clippy::unnecessary_wraps)] // Every call is made by a function of the same form.
#![cfg_attr(not(feature = "calls"), allow(dead_code))] // A page has one call.

mod account;
mod catalogue;
mod create;
mod jobs;
mod output;
mod page;
mod read;
mod tasks;
mod webhooks;

use std::fmt;

use crate::api::Api;
use crate::call::{Call, no_option, unknown};
use crate::error::Error;
use crate::http::{Body, Method, Request, Response, Sink};
use crate::json::Value;
use read::{copy, entry, id, is_about};

/// A call of version 2, as [`AnyCall`](crate::AnyCall) tells it.
#[derive(Clone)]
pub(crate) struct AnyCall {
    method: Method,
    address: Address,
    body: Option<Value<'static>>,
    is_repeatable: bool,
    waits: bool,
    read: Read,
    /// What was asked for: the call for the next page is made of it.
    wish: Value<'static>,
}

/// How an answer is read.
type Read = fn(&Api, &Response, &Value<'_>) -> Result<Value<'static>, Error>;

/// Where a call goes.
#[derive(Clone)]
enum Address {
    /// To this path of the base URL, with the key.
    Base(String),
    /// The same for what is open to all: with the key, if there is one.
    Open(String),
    /// To this path of the address that answers when a job has ended, with the key.
    Waiting(String),
    /// To the URL of a file, without the key; its bytes go into a file of this name.
    File { url: String, name: String },
}

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

    fn new(method: Method, address: Address, read: Read) -> Self {
        let is_repeatable = method != Method::Post;
        Self { method, address, body: None, is_repeatable, waits: false, read, wish: Value::Null }
    }

    fn get(path: String, read: Read) -> Self {
        Self::new(Method::Get, Address::Base(path), read)
    }

    fn delete(path: String, read: Read) -> Self {
        Self::new(Method::Delete, Address::Base(path), read)
    }

    fn post(path: String, body: Option<Value<'static>>, read: Read) -> Self {
        Self { body, ..Self::new(Method::Post, Address::Base(path), read) }
    }

    /// Sent to the address that answers in the end.
    fn waiting(self, api: &Api) -> Result<Self, Error> {
        if !api.waits() {
            return Err(Error::bad_request(
                "the service at this base URL has no address that answers in the end: ask for the status, or follow the \
                 conversion",
            ));
        }
        let address = match self.address {
            Address::Base(path) => Address::Waiting(path),
            other => other,
        };
        Ok(Self { address, waits: true, ..self })
    }
}

impl Call for AnyCall {
    type Reply = Value<'static>;

    fn request(&self, api: &Api) -> Result<Request, Error> {
        let method = self.method;
        let mut request = match &self.address {
            Address::Base(path) => api.keyed(method, &[path])?,
            Address::Open(path) => api.keyed(method, &[path]).unwrap_or_else(|_| api.open(method, &[path])),
            Address::Waiting(path) => api.waiting(method, &[path])?,
            Address::File { url, name } => {
                let sink = Sink::File { name: name.clone(), size: None, offset: 0 };
                Request { sink, ..Request::new(method, url.clone()) }
            }
        };
        if let Some(body) = &self.body {
            request = request.header("content-type", "application/json".to_owned());
            request.body = Body::Bytes(api.platform().write(body).into_bytes());
        }
        Ok(request)
    }

    fn reply(&self, api: &Api, response: &Response) -> Result<Value<'static>, Error> {
        (self.read)(api, response, &self.wish)
    }

    fn is_repeatable(&self) -> bool {
        self.is_repeatable
    }

    fn waits(&self) -> bool {
        self.waits
    }
}

/// Bodies may hold credentials, so they are left out.
impl fmt::Debug for AnyCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyCall").field("method", &self.method).finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "native"))]
mod tests;
