//! One request that is passed on, as a relay does: nothing of it is decided here, and nothing is repeated.

use std::sync::Arc;
use std::time::Duration;

use cloudconvert_core::{Api, Body, Code, Error, Method, Reason, Request, Response, Sink, Value};
use tokio::sync::Notify;

use crate::exchange::{Exchange, Files};
use crate::hub::Hub;
use crate::store::Store;
use crate::task::Outcome;
use crate::trouble::Trouble;

/// The most bytes that are read of an answer.
const LIMIT: usize = 16 << 20;

/// A request with a body in JSON: with the key, to a path below the base URL; or without it, to a URL that the service named.
pub(crate) fn request(
    api: &Api,
    method: &str,
    to: &str,
    keyed: bool,
    body: Option<Vec<u8>>,
) -> Result<Request, Error> {
    let methods = [Method::Get, Method::Post, Method::Put, Method::Delete];
    let known = methods.into_iter().find(|known| known.as_str() == method);
    let method = known.ok_or_else(|| {
        Error::new(Code::BadRequest, format!("the API has no method {method}: check its name"))
    })?;
    let mut request = if keyed { api.pass_on(method, to) } else { api.without_key(method, to) }?;
    request.headers.extend(body.as_ref().map(|_| ("content-type", "application/json".to_owned())));
    request.body = body.map_or(Body::Empty, Body::Bytes);
    request.sink = Sink::Memory { limit: LIMIT };
    Ok(request)
}

/// Sends it. What comes of it is `status`, `text`, and `retryAfter` as the header has it.
pub(crate) async fn drive(request: Request, hub: &Hub, timeout: Duration, cancel: &Notify) -> Outcome {
    let files = Arc::new(Files::new(Vec::new(), Store::new(None)));
    let exchange = Exchange { request: Arc::new(request), files, traffic: Arc::default() };
    let answer = tokio::select! {
        answer = hub.network.send(&exchange) => answer,
        () = tokio::time::sleep(timeout) => Err(Trouble::Reason(Reason::Timeout)),
        () = cancel.notified() => return Outcome::Failed(Error::new(Code::Cancelled, "cancelled"), None, None),
    };
    match answer {
        Ok(response) => Outcome::Done(told(&response), Vec::new()),
        Err(Trouble::Reason(reason)) => {
            Outcome::Failed(reason.to_error(), None, exchange.traffic.take_cause())
        }
        Err(Trouble::Raised(error)) => Outcome::Raised(error),
    }
}

fn told(response: &Response) -> Value<'static> {
    let mut told = Value::object();
    told.set("status", u64::from(response.status));
    told.set("text", String::from_utf8_lossy(&response.body).into_owned());
    told.set_some("retryAfter", response.header("retry-after").map(str::to_owned));
    told
}
