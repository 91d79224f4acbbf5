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
use crate::call::Call;
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

/// Every call, with how it is made of a wish.
type Make = fn(&Api, &Value<'_>) -> Result<AnyCall, Error>;

#[cfg(not(feature = "calls"))]
const CALLS: &[(&str, Make)] = &[("types", catalogue::types)];

#[cfg(feature = "calls")]
const CALLS: &[(&str, Make)] = &[
    ("convert", create::convert),
    ("status", jobs::status),
    ("wait", jobs::wait),
    ("download", output::download),
    ("delete", jobs::delete),
    ("list", jobs::list),
    ("types", catalogue::types),
    ("operations", catalogue::operations),
    ("me", account::me),
    ("tasks", tasks::list),
    ("task", tasks::show),
    ("retry_task", tasks::retry),
    ("cancel_task", tasks::cancel),
    ("delete_task", tasks::delete),
    ("webhooks", webhooks::list),
    ("create_webhook", webhooks::create),
    ("delete_webhook", webhooks::delete),
];

/// What only version 1 has, and what takes its place.
const GONE: &[(&str, &str)] = &[
    ("create", "use `convert`, which creates a job and starts it"),
    ("start", "use `convert`, which creates a job and starts it"),
];

const MEMBERS: &[&str] = &[
    "call",
    "id",
    "url",
    "job",
    "answered",
    "name",
    "from",
    "to",
    "operation",
    "engine",
    "engine_version",
    "include",
    "alternatives",
    "status",
    "tag",
    "page",
    "per_page",
    "wait",
    "events",
];

impl AnyCall {
    /// Reads a call.
    ///
    /// # Errors
    /// `bad_request` for a call that is unknown or lacks something, `untrusted_url` for a URL on another host than the
    /// service's.
    pub(crate) fn from_value(api: &Api, wish: &Value<'_>) -> Result<Self, Error> {
        let called = wish.get("call").text().unwrap_or_default();
        if let Some((_, instead)) = GONE.iter().find(|(name, _)| *name == called) {
            return Err(Error::bad_request(
                ["version 2 of the API has no call `", called, "`: ", instead].concat(),
            ));
        }
        let Some((_, make)) = CALLS.iter().find(|(name, _)| *name == called) else {
            return Err(Error::bad_request(["there is no call `", called, "`"].concat()));
        };
        if let Some((name, _)) = wish.members().iter().find(|(name, _)| !MEMBERS.contains(&name.as_ref())) {
            return Err(Error::bad_request(["the call has no option `", name, "`: check its name"].concat()));
        }
        make(api, wish)
    }

    /// Whether there is such a call.
    #[cfg(feature = "v1")]
    pub(crate) fn knows(name: &str) -> bool {
        CALLS.iter().any(|(known, _)| *known == name)
    }

    /// Whether a call may have a member of this name.
    #[cfg(feature = "v1")]
    pub(crate) fn takes(name: &str) -> bool {
        MEMBERS.contains(&name)
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
