//! A call of version 2: where it goes, and how its answer is read.

use std::fmt;

use crate::api::Api;
use crate::error::Error;
use crate::http::{Body, Method, Request, Response, Sink};
use crate::json::Value;
use crate::wire::call::Call;

/// A call of version 2, as [`AnyCall`](crate::AnyCall) tells it.
#[derive(Clone)]
pub(crate) struct AnyCall {
    pub(super) method: Method,
    pub(super) address: Address,
    pub(super) body: Option<Value<'static>>,
    pub(super) is_repeatable: bool,
    pub(super) waits: bool,
    pub(super) read: Read,
    /// What was asked for: the call for the next page is made of it.
    pub(super) wish: Value<'static>,
}

/// How an answer is read.
pub(super) type Read = fn(&Api, &Response, &Value<'_>) -> Result<Value<'static>, Error>;

/// Where a call goes.
#[derive(Clone)]
pub(super) enum Address {
    /// To this path of the base URL, with the key.
    Base(String),
    /// The same for what is open to all: with the key, if there is one.
    Open(String),
    /// To this path of the address that answers when a job has ended, with the key.
    Waiting(String),
    /// To the URL of a file, without the key; its bytes go into a file of this name.
    File { url: String, name: String },
}

impl AnyCall {
    pub(super) fn new(method: Method, address: Address, read: Read) -> Self {
        let is_repeatable = method != Method::Post;
        Self { method, address, body: None, is_repeatable, waits: false, read, wish: Value::Null }
    }

    pub(super) fn get(path: String, read: Read) -> Self {
        Self::new(Method::Get, Address::Base(path), read)
    }

    pub(super) fn delete(path: String, read: Read) -> Self {
        Self::new(Method::Delete, Address::Base(path), read)
    }

    pub(super) fn post(path: String, body: Option<Value<'static>>, read: Read) -> Self {
        Self { body, ..Self::new(Method::Post, Address::Base(path), read) }
    }

    /// Sent to the address that answers in the end.
    pub(super) fn waiting(self, api: &Api) -> Result<Self, Error> {
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
