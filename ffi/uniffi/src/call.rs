//! One single call of the API: a request, and how its answer is read.

use std::sync::{Arc, Mutex};

use cloudconvert_core as core;
use cloudconvert_core::Call as _;
use cloudconvert_core::v1::AnyCall;
use cloudconvert_core::{Policy, Retry, Turn, Value};

use crate::machine::{Api, locked, object};
use crate::records::{MachineError, Reason, Request, Response};

/// What an answer to a single call, or the lack of one, leads to.
#[derive(uniffi::Enum)]
pub enum CallTurn {
    /// The end.
    Done {
        /// What the service said, as a JSON object.
        reply: String,
    },
    /// The same request is to be sent again.
    Again {
        /// After so many milliseconds.
        wait: u64,
    },
}

/// One call, with the core's rules for when it is sent again.
#[derive(uniffi::Object)]
pub struct Call {
    api: core::Api,
    told: AnyCall,
    retry: Mutex<Retry>,
}

#[uniffi::export]
impl Call {
    /// Reads what is called from a JSON object; see `AnyCall` in the core.
    #[uniffi::constructor]
    pub fn new(api: Arc<Api>, wish: String, now: u64, seed: u64) -> Result<Self, MachineError> {
        let told = AnyCall::from_value(&api.0, &object(&wish)?)?;
        let retry = Mutex::new(Retry::new(&told, Policy::brief(), now, seed));
        Ok(Self { api: api.0.clone(), told, retry })
    }

    /// The request to send.
    pub fn request(&self) -> Result<Request, MachineError> {
        Ok(self.told.request(&self.api)?.into())
    }

    /// The whole answer has come.
    pub fn answered(&self, now: u64, response: Response) -> Result<CallTurn, MachineError> {
        let turn = locked(&self.retry).answered(&self.told, &self.api, &response.into(), now)?;
        Ok(turn.into())
    }

    /// There will be no answer.
    pub fn failed(&self, now: u64, reason: Reason) -> Result<CallTurn, MachineError> {
        Ok(locked(&self.retry).failed(&reason.into(), now)?.into())
    }
}

impl From<Turn<Value<'static>>> for CallTurn {
    fn from(turn: Turn<Value<'static>>) -> Self {
        match turn {
            Turn::Done(reply) => Self::Done { reply: serde_json::to_string(&reply).unwrap_or_default() },
            Turn::Again { wait } => Self::Again { wait },
        }
    }
}
