//! An error as a value: for hosts that pass it on, and for saved states.

use super::{Code, Error, FailedRequest};
use crate::choice::pick;
use crate::http::Method;
use crate::json::Value;

impl Error {
    /// The same for hosts that pass it on: `{"code", "message", "isRetryable"}`, and as far as they are known `status`,
    /// `retryAfter`, `processId`, `method`, `url` and `serviceMessage`.
    pub fn to_value(&self) -> Value<'static> {
        let mut value = self.kept();
        value.set("isRetryable", self.is_retryable());
        value
    }

    /// What a saved state keeps of it.
    pub(crate) fn kept(&self) -> Value<'static> {
        let mut value = Value::object();
        value.set("code", self.code.as_str());
        value.set("message", self.message.clone());
        value.set_some("status", self.status.map(u64::from));
        value.set_some("retryAfter", self.retry_after);
        value.set_some("processId", self.process_id.clone());
        if let Some(request) = &self.request {
            value.set("method", request.method.as_str());
            value.set("url", request.url.clone());
        }
        value.set_some("serviceMessage", self.service_message.as_deref().map(str::to_owned));
        value.set_some("permanent", self.permanent.then_some(true));
        value
    }

    pub(crate) fn from_value(value: &Value<'_>) -> Option<Self> {
        let code = pick(value.get("code"), Code::ALL)?;
        let mut error = Self::new(code, value.get("message").text().unwrap_or_default());
        let method = pick(value.get("method"), Method::ALL);
        let url = value.get("url").text();
        error.request = method.zip(url).map(|(method, url)| Box::new(FailedRequest::new(method, url)));
        error.service_message = value.get("serviceMessage").text().map(Into::into);
        error.permanent = value.get("permanent").flag();
        error.status = value.get("status").unsigned().and_then(|status| u16::try_from(status).ok());
        error.retry_after = value.get("retryAfter").unsigned();
        error.process_id = value.get("processId").label();
        Some(error)
    }
}
