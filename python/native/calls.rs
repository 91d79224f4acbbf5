//! Single calls of the API, for those who drive a process themselves.

use std::sync::Arc;

use cloudconvert_core::v1::{Answer, Call, Create, List, Listed, Start, Status, StatusReply, Types};
use cloudconvert_core::{Api, Error, Job, Request, Response, Value};

use crate::exchange::{Exchange, Files};
use crate::network::{Network, Trouble};
use crate::output::Store;
use crate::task::Outcome;
use crate::transport;

/// A call, made from a wish with `call` and what that needs.
pub(crate) enum Single {
    Create(Box<Job>),
    Start { url: String, job: Box<Job>, answer: Answer },
    Status { url: String },
    List,
    Types { from: Option<String>, to: Option<String> },
}

impl Single {
    pub(crate) fn read(wish: &Value<'_>) -> Result<Self, Error> {
        let text = |name: &str| wish.get(name).text().map(str::to_owned);
        let job = || Job::from_value(wish.get("job")).map(Box::new);
        let url = text("url").unwrap_or_default();
        Ok(match wish.get("call").text() {
            Some("create") => Self::Create(job()?),
            Some("start") => {
                let answer = if wish.get("wait").flag() { Answer::Ended } else { Answer::Started };
                Self::Start { url, job: job()?, answer }
            }
            Some("status") => Self::Status { url },
            Some("list") => Self::List,
            _ => Self::Types { from: text("from"), to: text("to") },
        })
    }

    pub(crate) fn request(&self, api: &Api) -> Result<Request, Error> {
        match self {
            Self::Create(job) => Create { job }.request(api),
            Self::Start { url, job, answer } => start(url, job, *answer).request(api),
            Self::Status { url } => Status { url, wait: false }.request(api),
            Self::List => List.request(api),
            Self::Types { from, to } => Types { from: from.as_deref(), to: to.as_deref() }.request(api),
        }
    }

    fn reply(&self, api: &Api, response: &Response) -> Result<Value<'static>, Error> {
        Ok(match self {
            Self::Create(job) => {
                let process = Create { job }.reply(api, response)?;
                let mut value = Value::object();
                value.set("id", process.id);
                value.set("url", process.url);
                value
            }
            Self::Start { url, job, answer } => status(start(url, job, *answer).reply(api, response)?),
            Self::Status { url } => status(Status { url, wait: false }.reply(api, response)?),
            Self::List => Value::Array(List.reply(api, response)?.into_iter().map(listed).collect()),
            Self::Types { .. } => {
                let types = Types::default().reply(api, response)?;
                Value::Array(types.into_iter().map(|pair| pair.entry).collect())
            }
        })
    }

    /// Sends the request once.
    pub(crate) async fn make(&self, api: &Api, network: &Network, request: Request) -> Outcome {
        let exchange = Exchange {
            request: Arc::new(request),
            files: Arc::new(Files::new(Vec::new(), Store::new(None))),
            traffic: Arc::default(),
        };
        match network.send(&exchange).await {
            Ok(response) => match self.reply(api, &response) {
                Ok(value) => Outcome::Done(value, Vec::new()),
                Err(error) => Outcome::Failed(error, Some(transport::Answer::of(&response))),
            },
            Err(Trouble::Reason(reason)) => Outcome::Failed(reason.to_error(), None),
            Err(Trouble::Raised(error)) => Outcome::Raised(error),
        }
    }
}

fn start<'a>(url: &'a str, job: &'a Job, answer: Answer) -> Start<'a> {
    Start { url, job, save: job.save, answer }
}

fn listed(process: Listed) -> Value<'static> {
    let mut value = Value::object();
    value.set("id", process.id);
    value.set_some("url", process.url);
    value.set_some("step", process.step);
    value.set_some("started", process.started);
    value.set_some("ended", process.ended);
    value
}

fn status(reply: StatusReply) -> Value<'static> {
    let mut value = Value::object();
    value.set_some("id", reply.id);
    value.set_some("step", reply.step);
    value.set_some("percent", reply.percent);
    value.set("message", reply.message);
    value.set_some("code", reply.code.map(u64::from));
    value.set_some("upload_url", reply.upload_url);
    if let Some(output) = reply.output {
        value.set_some("url", output.url);
        value.set_some("filename", output.filename);
        value.set_some("size", output.size);
        value.set("files", output.files.into_iter().map(Value::from).collect::<Vec<_>>());
    }
    value.set("info", reply.info);
    value
}
