//! The callback URL's query, read and checked ("Callback").
//!
//! Anybody can call a callback URL, so what it says is a hint and never a fact: it makes a conversion ask for its status
//! earlier than it would have.

use crate::api::Api;
use crate::error::Error;
use crate::json::Value;
use crate::names::decode;

/// What the service said by calling back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// The ID of the process that has ended.
    pub id: Option<String>,
    /// Its URL, absolute and trusted.
    pub url: Option<String>,
    /// `finished` or `error`.
    pub step: Option<String>,
}

impl Callback {
    /// Reads the URL that was called, or its query alone.
    ///
    /// ```
    /// use cloudconvert_core::{Api, Callback};
    /// let api = Api::new("https://api.example.com", None)?;
    /// let query = "id=v4cw72hf3&url=%2F%2Fsrv01.example.com%2Fprocess%2Fv4cw72hf3&step=finished";
    /// let callback = Callback::read(&api, &["/done?", query].concat())?;
    /// assert_eq!(callback.url.as_deref(), Some("https://srv01.example.com/process/v4cw72hf3"));
    /// # Ok::<(), cloudconvert_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `bad_request` where neither a process ID nor a process URL is there, `untrusted_url` where the URL is not one of
    /// the service.
    pub fn read(api: &Api, called: &str) -> Result<Self, Error> {
        let query = called.split_once('?').map_or(called, |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        let mut callback = Self { id: None, url: None, step: None };
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = decode(value).ok_or_else(|| {
                Error::bad_request("the callback's query is not percent-encoded: pass it as it was called")
            })?;
            match name {
                _ if value.is_empty() => {}
                "id" => callback.id = Some(value),
                "url" => callback.url = Some(api.resolve(&value)?),
                "step" => callback.step = Some(value),
                _ => {}
            }
        }
        if callback.id.is_none() && callback.url.is_none() {
            return Err(Error::bad_request("the callback names no process: it needs `id` or `url`"));
        }
        Ok(callback)
    }

    /// Reads what a host passes on: the URL that was called, or a webhook that was verified, `{"jobId", "event"}`.
    ///
    /// # Errors
    /// As [`Callback::read`].
    pub fn from_value(api: &Api, called: &Value<'_>) -> Result<Self, Error> {
        match called.get("jobId").text() {
            Some(id) => Ok(Self::of_job(id, called.get("event").text().unwrap_or_default())),
            None => Self::read(api, called.text().unwrap_or_default()),
        }
    }

    fn of_job(id: &str, event: &str) -> Self {
        let step = event.strip_prefix("job.").unwrap_or(event);
        Self { id: Some(id.to_owned()), url: None, step: Some(step.to_owned()) }
    }
}

/// A webhook that was verified. It is believed no more than any callback: it is a reason to ask.
#[cfg(all(feature = "v2", feature = "signing"))]
impl From<&crate::Webhook> for Callback {
    fn from(webhook: &crate::Webhook) -> Self {
        Self::of_job(&webhook.job_id, &webhook.event)
    }
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::error::Code;

    fn read(called: &str) -> Result<Callback, Error> {
        Callback::read(&Api::new("https://api.example.com", None).unwrap(), called)
    }

    #[test]
    fn what_is_missing_or_unknown_is_no_error() {
        let callback = read("https://me.example.org/done?mine=1&id=a+b%C3%BC&step=later#top").unwrap();
        assert_eq!(callback.id.as_deref(), Some("a bü"));
        assert_eq!(callback.step.as_deref(), Some("later"));
        assert_eq!(callback.url, None);
    }

    #[test]
    fn lies_and_nonsense_are_refused() {
        for nonsense in ["", "?", "id=", "step=finished", "id=%", "id=%zz", "id=%ff", "id=%C3"] {
            assert_eq!(read(nonsense).unwrap_err().code, Code::BadRequest, "{nonsense}");
        }
        assert_eq!(read("id=x&url=//evil.com/process/x").unwrap_err().code, Code::UntrustedUrl);
    }
}
