//! `POST` to the process URL: "get the actual conversion started".

use super::parameters::{Answer, parameters};
use super::{Call, StatusReply, json_body};
use crate::api::Api;
use crate::error::Error;
use crate::http::{Method, Request, Response};
use crate::job::Job;

/// Starts a created process.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// The process URL.
    pub url: &'a str,
    /// What is to be converted.
    pub job: &'a Job,
    /// Whether the service keeps the output after its first download. A client that wants to repeat a broken download
    /// has to ask for it.
    pub save: bool,
    /// When the start is answered. With [`Answer::Output`] the answer is the output, or a redirect to it.
    pub answer: Answer,
}

impl Call for Start<'_> {
    type Reply = StatusReply;

    fn request(&self, api: &Api) -> Result<Request, Error> {
        let body = parameters(self.job, self.save, self.answer);
        Ok(json_body(api, Request::new(Method::Post, self.url.to_owned()), &body))
    }

    fn reply(&self, api: &Api, response: &Response) -> Result<StatusReply, Error> {
        StatusReply::read(api, response)
    }

    fn is_repeatable(&self) -> bool {
        false
    }

    fn waits(&self) -> bool {
        self.answer != Answer::Started
    }
}
