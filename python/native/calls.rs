//! Single calls of the API, for those who drive a process themselves.

use std::sync::Arc;
use std::time::Duration;

use cloudconvert_core::v1::{
    Answer, Call, Convert, Create, List, Listed, Process, Start, Status, StatusReply, Types,
};
use cloudconvert_core::{Api, Error, Job, Policy, Reason, Retry, Value};

use crate::exchange::{Exchange, Files};
use crate::hub::Hub;
use crate::network::Trouble;
use crate::output::Store;
use crate::runtime::seed;
use crate::task::Outcome;
use crate::transport;

/// A call, made from a wish with `call` and what that needs.
pub(crate) enum Single {
    Create(Box<Job>),
    Launch(Box<Job>),
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
            Some("launch") => Self::Launch(job()?),
            Some("start") => {
                let answer = if wish.get("wait").flag() { Answer::Ended } else { Answer::Started };
                Self::Start { url, job: job()?, answer }
            }
            Some("status") => Self::Status { url },
            Some("list") => Self::List,
            _ => Self::Types { from: text("from"), to: text("to") },
        })
    }

    /// Makes the call, as often as it takes.
    pub(crate) async fn make(&self, caller: &Caller) -> Outcome {
        match self {
            Self::Create(job) => caller.call(Create { job }, process).await,
            Self::Launch(job) => {
                let call = Convert { job, save: job.save, answer: Answer::Started };
                caller.call(call, Value::from).await
            }
            Self::Start { url, job, answer } => {
                caller.call(Start { url, job, save: job.save, answer: *answer }, status).await
            }
            Self::Status { url } => caller.call(Status { url, wait: false }, status).await,
            Self::List => {
                caller.call(List, |all| all.into_iter().map(listed).collect::<Vec<_>>().into()).await
            }
            Self::Types { from, to } => {
                let call = Types { from: from.as_deref(), to: to.as_deref() };
                caller
                    .call(call, |all| all.into_iter().map(|pair| pair.entry).collect::<Vec<_>>().into())
                    .await
            }
        }
    }

    /// Whether its answer comes only when a conversion has ended.
    pub(crate) const fn is_long(&self) -> bool {
        matches!(self, Self::Start { answer: Answer::Ended, .. })
    }
}

/// Who makes a call.
pub(crate) struct Caller {
    pub(crate) api: Api,
    pub(crate) hub: Arc<Hub>,
    pub(crate) policy: Policy,
    /// How long each request may stay without an answer, in milliseconds.
    pub(crate) patience: u64,
}

impl Caller {
    async fn call<C: Call>(&self, call: C, read: impl FnOnce(C::Reply) -> Value<'static>) -> Outcome {
        let request = match call.request(&self.api) {
            Ok(request) => Arc::new(request),
            Err(error) => return Outcome::Failed(error, None),
        };
        let mut retry = Retry::new(&call, self.policy.clone(), self.hub.clock.now().await, seed());
        loop {
            let exchange = Exchange {
                request: request.clone(),
                files: Arc::new(Files::new(Vec::new(), Store::new(None))),
                traffic: Arc::default(),
            };
            let sent = self.hub.network.send(&exchange);
            let sent = tokio::time::timeout(Duration::from_millis(self.patience), sent).await;
            let now = self.hub.clock.now().await;
            let (failed, wait) = match sent.unwrap_or(Err(Trouble::Reason(Reason::Timeout))) {
                Ok(response) => match call.reply(&self.api, &response) {
                    Ok(reply) => return Outcome::Done(read(reply), Vec::new()),
                    Err(error) => {
                        let wait = retry.after_answer(&self.api, &response, &error, now);
                        (Outcome::Failed(error, Some(transport::Answer::of(&response))), wait)
                    }
                },
                Err(Trouble::Reason(reason)) => {
                    (Outcome::Failed(reason.to_error(), None), retry.after_failure(&reason, now))
                }
                Err(Trouble::Raised(error)) => return Outcome::Raised(error),
            };
            let Some(wait) = wait else { return failed };
            self.hub.clock.sleep(now.saturating_add(wait)).await;
        }
    }
}

fn process(process: Process) -> Value<'static> {
    let mut value = Value::object();
    value.set("id", process.id);
    value.set("url", process.url);
    value
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
