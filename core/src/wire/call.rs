//! What a single call of the API is, whatever its version.

use crate::api::Api;
use crate::error::Error;
use crate::http::{Request, Response};
use crate::json::Value;

/// One call of the API: a value that builds its request and reads its answer. Nothing is sent.
pub trait Call {
    /// What a successful answer holds.
    type Reply;

    /// The request to send.
    fn request(&self, api: &Api) -> Result<Request, Error>;

    /// Reads the answer.
    fn reply(&self, api: &Api, response: &Response) -> Result<Self::Reply, Error>;

    /// Whether it may be sent again when it is not known what became of it: twice does no harm.
    fn is_repeatable(&self) -> bool;

    /// Whether the service answers only when the conversion has ended.
    fn waits(&self) -> bool {
        false
    }
}

/// A member of a call that it does not have: it would be left out without a word.
pub(crate) fn unknown<'w>(wish: &'w Value<'_>, members: &[&str]) -> Option<&'w str> {
    let has = |name: &str| name == "call" || members.contains(&name);
    let mut told = wish.members().iter().filter(|(_, value)| value != &Value::Null);
    told.find(|(name, _)| !has(name)).map(|(name, _)| name.as_ref())
}

/// Says so.
pub(crate) fn no_option(call: &str, name: &str) -> Error {
    Error::bad_request(["the call `", call, "` has no option `", name, "`: check its name"].concat())
}
