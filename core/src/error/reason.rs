//! What error it is when there is no answer.

use super::{Code, Error, REDIRECTED};
use crate::http::Reason;

impl Reason {
    /// The error that it is when nothing is repeated.
    pub fn to_error(&self) -> Error {
        match self {
            Self::Connection => {
                Error::new(Code::Network, "the connection to the service failed: check the network")
            }
            Self::Unreached => Error::unreached(),
            Self::Timeout => Error::new(Code::Network, "the service did not answer in time: try again later"),
            Self::Permanent(why) => {
                let hint = "; this does not pass by itself, so nothing was repeated";
                let message = ["the service cannot be reached: ", why, hint].concat();
                let mut error = Error::new(Code::Network, message);
                error.permanent = true;
                error
            }
            Self::Redirect => Error::invalid(REDIRECTED),
            Self::Input(why) => Error::new(Code::Input, ["the input cannot be read: ", why].concat()),
            Self::Sink(why) => Error::new(Code::Output, ["the output cannot be written: ", why].concat()),
        }
    }
}
