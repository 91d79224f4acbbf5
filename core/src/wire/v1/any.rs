//! Every call behind one type, told and answered as a value: for shells whose language knows no generics of Rust's.

use super::{
    Answer, Call, ConversionType, Convert, Create, Delete, Download, List, Listed, Start, Status,
    StatusReply, Types,
};
use crate::api::Api;
use crate::choice::pick;
use crate::error::Error;
use crate::http::{Request, Response};
use crate::job::Job;
use crate::json::Value;
use crate::names::{name_of_url, safe_name};
use crate::wire::call::{no_option, unknown};

/// A call of version 1, as [`AnyCall`](crate::AnyCall) tells it.
#[derive(Clone, Debug)]
pub struct AnyCall(Told);

#[derive(Clone, Debug)]
enum Told {
    Create { job: Box<Job> },
    Convert { job: Box<Job>, answer: Answer },
    Start { url: String, job: Box<Job>, answer: Answer },
    Status { url: String, wait: bool },
    Download { url: String, file: Option<String>, name: String, inline: bool },
    Delete { url: String },
    List,
    Types { from: Option<String>, to: Option<String> },
}

/// Every call, and the members that it has beside `call`.
const CALLS: &[(&str, &[&str])] = &[
    ("create", &["job"]),
    ("convert", &["job", "answered"]),
    ("start", &["url", "job", "answered"]),
    ("status", &["url"]),
    ("wait", &["url"]),
    ("download", &["url", "file", "name", "answered"]),
    ("delete", &["url"]),
    ("list", &[]),
    ("types", &["from", "to"]),
];

const ANSWERS: &[(&str, Answer)] = &[
    ("ended", Answer::Ended),
    ("output", Answer::Output { inline: false }),
    ("inline", Answer::Output { inline: true }),
];

impl AnyCall {
    /// Whether there is such a call.
    #[cfg(feature = "v2")]
    pub(crate) fn knows(name: &str) -> bool {
        CALLS.iter().any(|(known, _)| *known == name)
    }

    /// Whether this call may have a member of this name.
    #[cfg(feature = "v2")]
    pub(crate) fn takes(call: &str, name: &str) -> bool {
        CALLS.iter().any(|(known, members)| *known == call && members.contains(&name))
    }

    /// Reads a call.
    ///
    /// # Errors
    /// `bad_request` for a call that is unknown or lacks something, `untrusted_url` for a URL on another host than the
    /// service's.
    pub fn from_value(api: &Api, wish: &Value<'_>) -> Result<Self, Error> {
        let called = wish.get("call").text().unwrap_or_default();
        let members = CALLS.iter().find(|(name, _)| *name == called).map_or(&[][..], |(_, members)| members);
        if let Some(name) = unknown(wish, members) {
            return Err(no_option(called, name));
        }
        let text = |name: &str| wish.get(name).text().map(str::to_owned);
        let url = || match wish.get("url").text() {
            Some(url) => super::named(api, url),
            None => Err(Error::bad_request("the call needs the `url` of a process or of an output")),
        };
        let job = || Job::from_value(wish.get("job")).map(Box::new);
        let answer = || match wish.get("answered") {
            value if value.is_empty() => Ok(Answer::Started),
            value => pick(value, ANSWERS)
                .ok_or_else(|| Error::bad_request("`answered` has to be ended, output or inline")),
        };
        Ok(Self(match called {
            "create" => Told::Create { job: job()? },
            "convert" => Told::Convert { job: job()?, answer: answer()? },
            "start" => Told::Start { url: url()?, job: started(wish.get("job"))?, answer: answer()? },
            "status" => Told::Status { url: url()?, wait: false },
            "wait" => Told::Status { url: url()?, wait: true },
            "download" => {
                let (url, file) = (url()?, text("file"));
                let name = text("name").or_else(|| file.clone()).unwrap_or_else(|| name_of_url(&url));
                let inline = answer()? == Answer::Output { inline: true };
                Told::Download { url, file, name: safe_name(&name), inline }
            }
            "delete" => Told::Delete { url: url()? },
            "list" => Told::List,
            "types" => Told::Types { from: text("from"), to: text("to") },
            other => {
                return Err(Error::bad_request(["there is no call `", other, "`: check its name"].concat()));
            }
        }))
    }
}

impl Call for AnyCall {
    type Reply = Value<'static>;

    fn request(&self, api: &Api) -> Result<Request, Error> {
        match &self.0 {
            Told::Create { job } => Create { job }.request(api),
            Told::Convert { job, answer } => convert(job, *answer).request(api),
            Told::Start { url, job, answer } => start(url, job, *answer).request(api),
            Told::Status { url, wait } => Status { url, wait: *wait }.request(api),
            Told::Download { url, file, name, inline } => {
                download(url, file.as_deref(), name, *inline).request(api)
            }
            Told::Delete { url } => Delete { url }.request(api),
            Told::List => List.request(api),
            Told::Types { from, to } => Types { from: from.as_deref(), to: to.as_deref() }.request(api),
        }
    }

    fn reply(&self, api: &Api, response: &Response) -> Result<Value<'static>, Error> {
        let mut told = Value::object();
        match &self.0 {
            Told::Create { job } => {
                let process = Create { job }.reply(api, response)?;
                told.set("id", process.id);
                told.set("url", process.url);
            }
            Told::Convert { job, answer } => told.set("url", convert(job, *answer).reply(api, response)?),
            Told::Start { url, job, answer } => {
                return Ok(status(start(url, job, *answer).reply(api, response)?));
            }
            Told::Status { url, wait } => {
                return Ok(status(Status { url, wait: *wait }.reply(api, response)?));
            }
            Told::Download { url, name, .. } => {
                Download { url, file: None, name, size: None, offset: 0, version: None, inline: false }
                    .reply(api, response)?;
            }
            Told::Delete { url } => Delete { url }.reply(api, response)?,
            Told::List => {
                let processes = List.reply(api, response)?.into_iter().map(Listed::into_value);
                told.set("processes", Value::Array(processes.collect()));
            }
            Told::Types { .. } => {
                let types = Types::default().reply(api, response)?.into_iter();
                told.set("types", Value::Array(types.map(ConversionType::into_value).collect()));
            }
        }
        Ok(told)
    }

    fn is_repeatable(&self) -> bool {
        !matches!(self.0, Told::Convert { .. } | Told::Start { .. })
    }

    fn waits(&self) -> bool {
        match self.0 {
            Told::Convert { answer, .. } | Told::Start { answer, .. } => answer != Answer::Started,
            Told::Status { wait, .. } => wait,
            _ => false,
        }
    }
}

/// The job of a start. The format was told to `create`, so one that is left out is not looked for.
fn started(wish: &Value<'_>) -> Result<Box<Job>, Error> {
    if cfg!(not(feature = "calls")) || !wish.get("from").is_empty() {
        return Job::from_value(wish).map(Box::new);
    }
    let mut whole = wish.owned();
    whole.remove("from");
    whole.set("from", "any");
    Job::from_value(&whole).map(Box::new)
}

fn convert(job: &Job, answer: Answer) -> Convert<'_> {
    Convert { job, save: job.save, answer }
}

fn start<'a>(url: &'a str, job: &'a Job, answer: Answer) -> Start<'a> {
    Start { url, job, save: job.save, answer }
}

fn download<'a>(url: &'a str, file: Option<&'a str>, name: &'a str, inline: bool) -> Download<'a> {
    Download { url, file, name, size: None, offset: 0, version: None, inline }
}

fn status(reply: StatusReply) -> Value<'static> {
    let mut told = Value::object();
    told.set_some("id", reply.id);
    told.set_some("step", reply.step);
    told.set_some("percent", reply.percent);
    told.set("message", reply.message);
    told.set_some("code", reply.code.map(u64::from));
    told.set_some("upload_url", reply.upload_url);
    if let Some(output) = reply.output {
        told.set_some("url", output.url);
        told.set_some("filename", output.filename);
        told.set_some("size", output.size);
        told.set("files", output.files.into_iter().map(Value::from).collect::<Vec<_>>());
    }
    told.set("info", reply.info);
    told
}
