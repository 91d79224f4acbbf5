//! Version 1 on the wire: one file per call.

mod any;
mod convert;
mod create;
mod delete;
mod download;
mod form;
#[cfg(feature = "v2")]
mod lacks;
mod list;
mod parameters;
mod remedies;
pub(super) mod speaks;
mod start;
mod status;
mod types;
mod upload;

pub use any::AnyCall;
pub use convert::Convert;
pub use create::{Create, Process};
pub use delete::Delete;
pub use download::Download;
pub use form::upload_form;
pub use list::{List, Listed};
pub use parameters::Answer;
pub use start::Start;
pub use status::{OutputFiles, Status, StatusReply};
pub use types::{ConversionType, Types};
pub use upload::Upload;

use crate::api::Api;
use crate::error::{Code, Error};
use crate::http::{Request, Response};
use crate::json::Value;
use crate::text::{cut, has};
use crate::wire::answers::limited;
use crate::wire::call::Call;

/// The URL that a user names a process by. An ID alone would be a path of the service that is not there, and what is not
/// there counts as deleted.
fn named(api: &Api, url: &str) -> Result<String, Error> {
    if !url.bytes().any(|byte| byte == b'/') {
        return Err(Error::bad_request("version 1 needs the URL of a process, not its ID"));
    }
    api.resolve(url)
}

/// Whether an answer refuses as the API does: with its reason in JSON.
pub(crate) fn says_why(api: &Api, response: &Response) -> bool {
    api.read(response).is_some_and(|value| reason(&value).is_some())
}

/// The reason of a failure: `error` wins over `message`.
fn reason<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    value.get("error").text().or_else(|| value.get("message").text())
}

/// The JSON of a successful answer.
fn json<'r>(api: &Api, response: &'r Response) -> Result<Value<'r>, Error> {
    let value = api.read(response);
    match response.status {
        200..=299 => value.ok_or_else(|| {
            Error::invalid(
                "the answer is not JSON: check the base URL, and that no proxy or login page answers instead",
            )
        }),
        _ => Err(failure(response, value.as_ref())),
    }
}

/// The error that an unsuccessful answer stands for, as far as it can be read.
pub(super) fn refusal(api: &Api, response: &Response) -> Error {
    failure(response, api.read(response).as_ref())
}

/// The error that an unsuccessful answer stands for. Pages of proxies are not shown.
fn failure(response: &Response, value: Option<&Value<'_>>) -> Error {
    let said = value.and_then(reason);
    let code = Code::of_status(response.status);
    let message = said.unwrap_or(match code {
        Code::Unauthorized => "the service does not accept this API key: check the key",
        Code::NotFound => {
            "the service does not know this process: it was deleted or has expired; begin a new one"
        }
        Code::Throttled => "the service asks to slow down",
        Code::Unavailable => "the service is not available at the moment",
        Code::ConversionFailed => "the service could not convert this file: try other options",
        Code::BadRequest => "the service does not accept this request: check the options",
        _ => crate::error::REDIRECTED,
    });
    let message = limited(message);
    let service_message = said.map(|_| message.as_str().into());
    Error::new(code, message).with_status(response.status).said(service_message)
}

/// A URL of the service with a parameter in its query.
fn with_parameter(url: &str, parameter: &str) -> String {
    [url, if has(url, b"?") { "&" } else { "?" }, parameter].concat()
}

/// A URL of the service with one more path segment.
fn with_segment(url: &str, segment: &str) -> String {
    let segment = crate::names::encode(segment);
    match cut(url, b"?") {
        Some((path, query)) => [path, "/", &segment, "?", query].concat(),
        None => [url, "/", &segment].concat(),
    }
}

fn json_body(api: &Api, request: Request, body: &Value<'_>) -> Request {
    let bytes = api.platform().write(body).into_bytes();
    let mut request = request.header("content-type", "application/json; charset=utf-8".to_owned());
    request.body = crate::http::Body::Bytes(bytes);
    request
}
