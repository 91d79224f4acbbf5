//! `DELETE` of the process URL: cancels what runs and deletes all files.

use super::{Call, failure};
use crate::api::Api;
use crate::error::Error;
use crate::http::{Method, Request, Response};
use crate::wire::answers::deletion;

/// Deletes a process and its files.
#[derive(Clone, Copy, Debug)]
pub struct Delete<'a> {
    /// The process URL.
    pub url: &'a str,
}

impl Call for Delete<'_> {
    type Reply = ();

    fn request(&self, _: &Api) -> Result<Request, Error> {
        Ok(Request::new(Method::Delete, self.url.to_owned()))
    }

    /// A process that is gone counts as deleted.
    fn reply(&self, _: &Api, response: &Response) -> Result<(), Error> {
        deletion(response, || failure(response, None))
    }

    fn is_repeatable(&self) -> bool {
        true
    }
}
