//! Every call behind one type, of whatever version the service speaks: for shells whose language knows no generics of
//! Rust's.

use super::CallMachine;
use crate::api::Api;
use crate::error::Error;
use crate::http::{Request, Response};
use crate::json::Value;
use crate::policy::Policy;
use crate::version::Wire;
use crate::wire::call::Call;
#[cfg(feature = "v1")]
use crate::wire::v1;
#[cfg(feature = "v2")]
use crate::wire::v2;

/// A call of the API, read from a value that names it.
///
/// | `call` | other members | reply |
/// |---|---|---|
/// | `create`, 1 | `job` | `id`, `url` |
/// | `convert` | `job`, `answered` | 1: `url`, of the process or the output; 2: `id` and `url` of the job, its status, or the `url` of the output |
/// | `start`, 1 | `url`, `job` (whose `from` was told to `create`), `answered` | a status |
/// | `status`, `wait` | `url`; 2: or an ID as `url` or `id` | a status; `wait` answers when the conversion has ended |
/// | `download` | `url`, `name`; 1: `file`, `answered` | nothing; the output goes into the request's sink, under `name` |
/// | `delete` | `url`; 2: or an ID as `url` or `id` | nothing |
/// | `list` | 2: `status`, `tag`, `page`, `per_page` | `processes`: `id`, `url`, `step`, `started`, `ended`, `entry`; 2: `next` |
/// | `types` | `from`, `to`; 2: `engine`, `engine_version`, `include`, `alternatives` | `types`: `from`, `to`, `entry` |
/// | `operations`, 2 | as `types`, and `operation` | `operations`: `operation`, `from`, `to`, `engine`, `credits`, `entry` |
/// | `me`, 2 | | `id`, `username`, `email`, `credits`, `entry` |
/// | `tasks`, 2 | `id` (of a job), `status`, `operation`, `include`, `page`, `per_page` | `tasks`: as below; `next` |
/// | `task`, 2 | `id`, `include`, `wait` | `id`, `job`, `name`, `operation`, `status`, `code`, `message`, `files`, `entry` |
/// | `retry_task`, 2 | `id` | the new task |
/// | `cancel_task`, 2 | `id` | the task; nothing where it has ended already |
/// | `delete_task`, 2 | `id` | nothing |
/// | `webhooks`, 2 | `url`, `page`, `per_page` | `webhooks`: `id`, `url`, `events`, `disabled`, `failing`, `entry`; `next` |
/// | `create_webhook`, 2 | `url`, `events` | the webhook, with its signing `secret` |
/// | `delete_webhook`, 2 | `id` | nothing |
///
/// A number tells which version alone has it. `answered` is `ended`, `output` or, in version 1, `inline`; left out, the call
/// is answered at once. `next` is the call for the next page, left out after the last one. `entry` is what the service
/// wrote. A status has `id`, `step`, `percent`, `message`, `code`, `url`, `filename`, `size`, `files`, `info`, and
/// `upload_url` (1) or `uploads` and `entry` (2), as far as they are known.
///
/// ```
/// use cloudconvert_core::{AnyCall, Api, Call, Response, Value};
///
/// let mut wish = Value::object();
/// wish.set("call", "list");
/// let api = Api::new("https://api.example.com/v2", Some("KEY"))?;
/// let call = AnyCall::from_value(&api, &wish)?;
/// assert_eq!(call.request(&api)?.url, "https://api.example.com/v2/jobs");
///
/// let body = br#"{"data": [{"id": "7", "status": "finished"}], "links": {"next": "https://api.example.com/v2/jobs?page=2"}}"#;
/// let page = call.reply(&api, &Response { status: 200, body: body.to_vec(), ..Response::default() })?;
/// assert_eq!(page.get("processes").items()[0].get("step").text(), Some("finished"));
///
/// let next = AnyCall::from_value(&api, page.get("next"))?;
/// assert_eq!(next.request(&api)?.url, "https://api.example.com/v2/jobs?page=2");
/// # Ok::<(), cloudconvert_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct AnyCall(Told);

#[derive(Clone, Debug)]
enum Told {
    #[cfg(feature = "v1")]
    V1(v1::AnyCall),
    #[cfg(feature = "v2")]
    V2(v2::AnyCall),
}

impl AnyCall {
    /// Reads a call.
    ///
    /// # Errors
    /// `bad_request` for a call that is unknown, that this version of the API does not have, or that lacks something;
    /// `untrusted_url` for a URL on another host than the service's.
    pub fn from_value(api: &Api, wish: &Value<'_>) -> Result<Self, Error> {
        match api.wire() {
            #[cfg(feature = "v1")]
            Wire::V1 => {
                #[cfg(feature = "v2")]
                only_version_2(wish)?;
                v1::AnyCall::from_value(api, wish).map(Told::V1).map(Self)
            }
            #[cfg(feature = "v2")]
            Wire::V2 => v2::AnyCall::from_value(api, wish).map(Told::V2).map(Self),
        }
    }
}

/// Refuses what version 2 has and version 1 lacks.
#[cfg(all(feature = "v1", feature = "v2"))]
fn only_version_2(wish: &Value<'_>) -> Result<(), Error> {
    let lacks = |what: &str, name: &str| {
        let message =
            ["version 1 of the API has no ", what, " `", name, "`: set the base URL to that of version 2"];
        Err(Error::bad_request(message.concat()))
    };
    let called = wish.get("call").text().unwrap_or_default();
    if v2::AnyCall::knows(called) && !v1::AnyCall::knows(called) {
        return lacks("call", called);
    }
    let newer = |name: &str| v2::AnyCall::takes(called, name) && !v1::AnyCall::takes(called, name);
    match wish.members().iter().find(|(name, value)| value != &Value::Null && newer(name)) {
        Some((name, _)) => lacks("option", name),
        None => Ok(()),
    }
}

impl Call for AnyCall {
    type Reply = Value<'static>;

    fn request(&self, api: &Api) -> Result<Request, Error> {
        match &self.0 {
            #[cfg(feature = "v1")]
            Told::V1(call) => call.request(api),
            #[cfg(feature = "v2")]
            Told::V2(call) => call.request(api),
        }
    }

    fn reply(&self, api: &Api, response: &Response) -> Result<Value<'static>, Error> {
        match &self.0 {
            #[cfg(feature = "v1")]
            Told::V1(call) => call.reply(api, response),
            #[cfg(feature = "v2")]
            Told::V2(call) => call.reply(api, response),
        }
    }

    fn is_repeatable(&self) -> bool {
        match &self.0 {
            #[cfg(feature = "v1")]
            Told::V1(call) => call.is_repeatable(),
            #[cfg(feature = "v2")]
            Told::V2(call) => call.is_repeatable(),
        }
    }

    fn waits(&self) -> bool {
        match &self.0 {
            #[cfg(feature = "v1")]
            Told::V1(call) => call.waits(),
            #[cfg(feature = "v2")]
            Told::V2(call) => call.waits(),
        }
    }
}

impl CallMachine<AnyCall> {
    /// A call that a value names, see [`AnyCall`]. `patience` is read by [`Policy::for_call`].
    ///
    /// # Errors
    /// As [`AnyCall::from_value`], and `bad_request` for a patience that is not one.
    pub fn from_value(api: &Api, wish: &Value<'_>, patience: &Value<'_>, seed: u64) -> Result<Self, Error> {
        let call = AnyCall::from_value(api, wish)?;
        let policy = Policy::for_call(call.waits(), patience)?;
        Self::new(api, call, policy, seed)
    }
}
