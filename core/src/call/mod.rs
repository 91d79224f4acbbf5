//! Single calls: what a call of the API is, whatever its version, and the machine that makes one.

mod any;
mod machine;

pub use any::AnyCall;
pub use machine::CallMachine;

use crate::api::Api;
use crate::error::Error;
use crate::http::{Request, Response};

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
