//! `GET` of the process URL, with or without `?wait`: "check the status".

use super::{Call, failure, json, with_parameter};
use crate::api::Api;
use crate::error::Error;
use crate::http::{Method, Request, Response};
use crate::json::Value;
use crate::wire::answers::limited;

/// Asks for the status of a process.
#[derive(Clone, Copy, Debug)]
pub struct Status<'a> {
    /// The process URL.
    pub url: &'a str,
    /// Whether the answer comes only when the conversion has ended.
    pub wait: bool,
}

/// How far a process is.
#[derive(Clone, Debug, PartialEq, Default)]
#[non_exhaustive]
pub struct StatusReply {
    /// `input`, `wait`, `convert`, `output`, `finished`, `error`, or one that comes later; none before the start.
    pub step: Option<String>,
    /// From 0 to 100.
    pub percent: Option<f64>,
    /// What the service says, for people.
    pub message: String,
    /// The process ID.
    pub id: Option<String>,
    /// The HTTP status or the `code` of a failed conversion.
    pub code: Option<u16>,
    /// Where the input is uploaded.
    pub upload_url: Option<String>,
    /// What came out.
    pub output: Option<OutputFiles>,
    /// The facts of a process in mode `info`, as the service wrote them.
    pub info: Value<'static>,
}

/// What a finished process offers.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct OutputFiles {
    /// Where the output is downloaded, or where it was stored.
    pub url: Option<String>,
    /// The proposed name.
    pub filename: Option<String>,
    /// Its extension.
    pub ext: Option<String>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// The names of the single files, where there are several.
    pub files: Vec<String>,
}

impl Call for Status<'_> {
    type Reply = StatusReply;

    fn request(&self, _: &Api) -> Result<Request, Error> {
        let url = if self.wait { with_parameter(self.url, "wait") } else { self.url.to_owned() };
        Ok(Request::new(Method::Get, url))
    }

    fn reply(&self, api: &Api, response: &Response) -> Result<StatusReply, Error> {
        StatusReply::read(api, response)
    }

    fn is_repeatable(&self) -> bool {
        true
    }

    fn waits(&self) -> bool {
        self.wait
    }
}

impl StatusReply {
    /// Reads a status. A failed conversion comes with status 400, 422 or 503 and still tells its step.
    pub(super) fn read(api: &Api, response: &Response) -> Result<Self, Error> {
        if response.status < 400 {
            return Self::from_value(api, &json(api, response)?, None);
        }
        let value = api.read(response);
        match &value {
            Some(value) if value.get("step").text().is_some() => {
                Self::from_value(api, value, Some(response.status))
            }
            _ => Err(failure(response, value.as_ref())),
        }
    }

    fn from_value(api: &Api, value: &Value<'_>, status: Option<u16>) -> Result<Self, Error> {
        if !matches!(value, Value::Object(_)) {
            return Err(Error::invalid("the answer is not a status: check the base URL"));
        }
        let upload_url = value.get("upload").get("url").text().map(|url| api.resolve(url)).transpose()?;
        let code = value.get("code").unsigned().and_then(|code| u16::try_from(code).ok());
        let said = value.get("message").text().or_else(|| value.get("error").text());
        let output = value.get("output");
        Ok(Self {
            step: value.get("step").text().map(limited),
            percent: value.get("percent").number().filter(|p| (0.0..=100.0).contains(p)),
            message: limited(said.unwrap_or_default()),
            id: value.get("id").label(),
            code: status.or(code),
            upload_url,
            output: matches!(output, Value::Object(_)).then(|| OutputFiles::from_value(output)),
            info: value.get("info").owned(),
        })
    }
}

impl StatusReply {
    /// Whether the process shows any sign of having been started.
    pub(super) fn is_started(&self) -> bool {
        const STEPS: [&str; 6] = ["input", "wait", "convert", "output", "finished", "error"];
        self.step.as_deref().is_some_and(|step| STEPS.contains(&step))
            || self.upload_url.is_some()
            || self.output.is_some()
            || self.percent.is_some_and(|percent| percent > 0.0)
    }

    /// Reads what the first format of saved states wrote.
    pub(super) fn from_saved(value: &Value<'_>) -> Option<Self> {
        let output = value.get("output");
        matches!(value, Value::Object(_)).then(|| Self {
            step: value.get("step").text().map(limited),
            percent: value.get("percent").number().filter(|p| (0.0..=100.0).contains(p)),
            message: limited(value.get("message").text().unwrap_or_default()),
            id: None,
            code: value.get("code").unsigned().and_then(|code| u16::try_from(code).ok()),
            upload_url: None,
            output: matches!(output, Value::Object(_)).then(|| OutputFiles::from_value(output)),
            info: value.get("info").owned(),
        })
    }
}

impl OutputFiles {
    fn from_value(value: &Value<'_>) -> Self {
        let field = |name| value.get(name).text().map(str::to_owned);
        let names = value.get("files").items().iter().filter_map(|file| file.text().map(str::to_owned));
        Self {
            url: field("url"),
            filename: field("filename"),
            ext: field("ext"),
            size: value.get("size").unsigned(),
            files: names.collect(),
        }
    }
}
