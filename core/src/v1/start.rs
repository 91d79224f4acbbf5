//! `POST` to the process URL: "get the actual conversion started".

use super::{Call, StatusReply, json_body};
use crate::api::Api;
use crate::error::Error;
use crate::http::{Method, Request, Response};
use crate::job::{Input, Job, MODES, Mode};
use crate::json::Value;
use crate::retry::name_of;

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
}

impl Call for Start<'_> {
    type Reply = StatusReply;

    fn request(&self, api: &Api) -> Result<Request, Error> {
        let job = self.job;
        let mut body = Value::object();
        match &job.input {
            Input::Upload { .. } => body.set("input", "upload"),
            Input::Download { url } => {
                body.set("input", "download");
                body.set("file", url.as_str());
            }
            Input::Raw { content } => {
                body.set("input", "raw");
                body.set("file", content.as_str());
            }
            Input::Base64 { content } => {
                body.set("input", "base64");
                body.set("file", content.as_str());
            }
        }
        body.set_some("filename", job.filename.as_deref());
        body.set("outputformat", job.to.as_str());
        if job.mode != Mode::Convert {
            body.set("mode", name_of(job.mode, MODES));
        }
        for (name, value) in [("converteroptions", &job.options), ("tag", &job.tag)] {
            if !value.is_empty() {
                body.set(name, value.clone());
            }
        }
        body.set_some("preset", job.preset.as_deref());
        body.set_some("timeout", job.timeout);
        body.set_some("email", job.email.then_some(true));
        body.set_some("callback", job.callback.as_deref());
        body.set_some("save", self.save.then_some(true));
        for (name, value) in job.extra.members() {
            body.set(name.clone(), value.clone());
        }
        Ok(json_body(api, Request::new(Method::Post, self.url.to_owned()), &body))
    }

    fn reply(&self, api: &Api, response: &Response) -> Result<StatusReply, Error> {
        StatusReply::read(api, response)
    }
}
