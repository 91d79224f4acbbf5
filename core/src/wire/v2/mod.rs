//! Version 2 on the wire: jobs made of tasks, one file per call.
//!
//! API documentation: <https://cloudconvert.com/api/v2>.

mod calls;
mod create;
mod exports;
mod find;
mod graph;
mod imports;
mod job;
mod mark;
mod names;
mod operation;
mod operations;
mod remedies;
mod remove;
#[cfg(feature = "signing")]
mod signed_url;
#[cfg(feature = "signing")]
mod signing;
pub(super) mod speaks;
mod task;
mod upload;
#[cfg(feature = "signing")]
mod webhook;
mod work;

pub(crate) use calls::AnyCall;
use mark::Mark;
#[cfg(feature = "surface")]
pub use operation::Takes;

#[cfg(feature = "signing")]
pub use signed_url::SignedUrl;
#[cfg(feature = "signing")]
pub use webhook::Webhook;

use crate::api::Api;
use crate::error::{Code, Error};
use crate::http::{Body, Method, Request, Response};
use crate::json::Value;
use crate::wire::answers::limited;

/// The code of a refusal that passes: too many jobs run at once.
const TOO_MANY_JOBS: &str = "PARALLEL_JOB_LIMIT_EXCEEDED";

/// Refuses what this version does not have, with what takes its place.
fn lacks(what: &str, instead: &str) -> Error {
    Error::bad_request(["version 2 of the API has no ", what, ": ", instead].concat())
}

/// What a key must be allowed to do for a call (`Scopes`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    TaskRead,
    TaskWrite,
    UserRead,
    WebhookRead,
    WebhookWrite,
}

impl Scope {
    const fn as_str(self) -> &'static str {
        match self {
            Self::TaskRead => "task.read",
            Self::TaskWrite => "task.write",
            Self::UserRead => "user.read",
            Self::WebhookRead => "webhook.read",
            Self::WebhookWrite => "webhook.write",
        }
    }
}

/// The member `data` of a successful answer.
fn data<'r>(api: &Api, response: &'r Response, scope: Scope) -> Result<Value<'r>, Error> {
    let value = api.read(response);
    if !(200..300).contains(&response.status) {
        return Err(failure(response, value.as_ref(), Some(scope)));
    }
    value.and_then(|mut value| value.remove("data")).ok_or_else(|| {
        Error::invalid(
            "the response is not one of version 2 of the API: check the base URL, and that no proxy or login page \
             answers instead",
        )
    })
}

/// The error that an unsuccessful answer stands for (`Errors`): `{"message", "code", "errors"}`.
///
/// 402 has two meanings: `CREDITS_EXCEEDED` is final, `PARALLEL_JOB_LIMIT_EXCEEDED` passes.
fn failure(response: &Response, value: Option<&Value<'_>>, scope: Option<Scope>) -> Error {
    let said = |name: &str| value.and_then(|value| value.get(name).text());
    let code = match (response.status, said("code")) {
        (402, Some(TOO_MANY_JOBS)) => Code::Throttled,
        (402, _) => Code::Unauthorized,
        // A conversion that failed is a job with that status; this is about what was asked for.
        (422, _) => Code::BadRequest,
        (status, _) => Code::of_status(status),
    };
    let message = match said("message") {
        // What the service says is told beside it.
        _ if response.status == 402 && code == Code::Unauthorized => NO_CREDITS,
        Some(said) => said,
        None => unexplained(code),
    };
    let mut message = limited(message);
    let details = value.map(|value| value.get("errors").members()).unwrap_or_default();
    for (name, texts) in details.iter().take(10) {
        let text = texts.items().iter().find_map(Value::text).or_else(|| texts.text()).unwrap_or_default();
        message = limited(&[&message, " ", name, ": ", text].concat());
    }
    if let Some(scope) = scope.filter(|_| response.status == 403) {
        message = [&message, " (the API key needs the scope `", scope.as_str(), "`)"].concat();
    }
    let service_message = said("message").map(|message| limited(message).into());
    Error::new(code, message).with_status(response.status).said(service_message)
}

const NO_CREDITS: &str = "the account has no credits left: buy some";

const fn unexplained(code: Code) -> &'static str {
    match code {
        Code::Unauthorized => "the service does not accept this API key: check the key",
        Code::NotFound => {
            "the service does not know this job: it was deleted or has expired; begin a new one"
        }
        Code::Throttled => "the service asks to slow down",
        Code::Unavailable => "the service is not available at the moment",
        Code::ConversionFailed | Code::BadRequest => {
            "the service does not accept this request: check the options"
        }
        _ => crate::error::REDIRECTED,
    }
}

/// The URL of the job with this ID.
fn job_url(api: &Api, id: &str) -> String {
    api.url(&["/jobs/", &crate::names::encode(id)])
}

/// A keyed request with a JSON body.
fn post(api: &Api, path: &str, body: &Value<'_>) -> Result<Request, Error> {
    let bytes = api.platform().write(body).into_bytes();
    let request = api.keyed(Method::Post, &[path])?;
    Ok(Request { body: Body::Bytes(bytes), ..request.header("content-type", "application/json".to_owned()) })
}
