//! One single call of the API: a request, and how its answer is read.

use std::sync::Arc;

use cloudconvert_core as core;
use cloudconvert_core::v1::{AnyCall, Call as _};

use crate::machine::{Api, object};
use crate::records::{MachineError, Request, Response};

/// One call, sent once.
#[derive(uniffi::Object)]
pub struct Call {
    api: core::Api,
    call: AnyCall,
}

#[uniffi::export]
impl Call {
    /// Reads what is called from a JSON object; see `AnyCall` in the core.
    #[uniffi::constructor]
    pub fn new(api: Arc<Api>, wish: String) -> Result<Self, MachineError> {
        let call = AnyCall::from_value(&api.0, &object(&wish)?)?;
        Ok(Self { api: api.0.clone(), call })
    }

    /// The request to send.
    pub fn request(&self) -> Result<Request, MachineError> {
        Ok(self.call.request(&self.api)?.into())
    }

    /// Reads the answer. The reply is a JSON object.
    pub fn read(&self, response: Response) -> Result<String, MachineError> {
        let reply = self.call.reply(&self.api, &response.into())?;
        Ok(serde_json::to_string(&reply).unwrap_or_default())
    }
}
