//! `POST /process`: "create a new Process ID".

use super::{Call, json, json_body};
use crate::api::Api;
use crate::choice::name_of;
use crate::error::Error;
use crate::http::{Method, Request, Response};
use crate::job::{Job, MODES, Mode};
use crate::json::Value;

/// Creates a process, which serves one conversion once.
#[derive(Clone, Copy, Debug)]
pub struct Create<'a> {
    /// What is to be converted.
    pub job: &'a Job,
}

/// A created process.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Process {
    /// Its ID.
    pub id: String,
    /// Its URL, absolute and trusted.
    pub url: String,
}

impl Call for Create<'_> {
    type Reply = Process;

    fn request(&self, api: &Api) -> Result<Request, Error> {
        #[cfg(feature = "v2")]
        super::lacks::check(self.job)?;
        let mut body = Value::object();
        body.set("inputformat", self.job.from.as_str());
        body.set("outputformat", self.job.to.as_str());
        if self.job.mode != Mode::Convert {
            body.set("mode", name_of(self.job.mode, MODES));
        }
        Ok(json_body(api, api.keyed(Method::Post, &["/process"])?, &body))
    }

    fn reply(&self, api: &Api, response: &Response) -> Result<Process, Error> {
        Process::read(api, response)
    }

    fn is_repeatable(&self) -> bool {
        true
    }
}

impl Process {
    pub(super) fn read(api: &Api, response: &Response) -> Result<Self, Error> {
        let value = json(api, response)?;
        let url = value.get("url").text();
        let url = url.ok_or_else(|| {
            Error::invalid("the service created a process without a URL: check the base URL")
        })?;
        Ok(Self { id: value.get("id").label().unwrap_or_default(), url: api.resolve(url)? })
    }
}
