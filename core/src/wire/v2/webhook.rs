//! Webhooks of version 2: believed only after their signature was checked.
//!
//! API documentation: <https://cloudconvert.com/api/v2/webhooks#webhooks-events>.

use std::fmt;

use super::signing::is_signed;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::platform::Platform;

/// What the service says by a webhook: an event, and the job that it is about.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Webhook {
    /// `job.created`, `job.finished`, `job.failed`, or one that comes later.
    pub event: String,
    /// The ID of the job.
    pub job_id: String,
    /// The whole job with its tasks, as the service wrote it.
    pub job: Value<'static>,
}

impl Webhook {
    /// Checks the signature of a webhook, then reads its body.
    ///
    /// `body` is the raw body of the request: JSON that was parsed and written again has another signature. `signature`
    /// is its header `CloudConvert-Signature`. `secret` is the signing secret of that webhook.
    ///
    /// ```
    /// use cloudconvert_core::{Native, Webhook};
    ///
    /// let body = br#"{"event":"job.finished","job":{"id":"7","status":"finished"}}"#;
    /// let signature = "f978a7b70c7afd832b22f6ffd210a545ac34984646fb2da1f6908dcafb4f8fcb";
    /// let webhook = Webhook::verify(&Native, body, signature, "secret")?;
    /// assert_eq!((webhook.event.as_str(), webhook.job_id.as_str()), ("job.finished", "7"));
    /// assert!(Webhook::verify(&Native, b"{}", signature, "secret").is_err(), "it is not the signature of this body");
    /// # Ok::<(), cloudconvert_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `unauthorized` where the signature is missing or is not that of this body and secret, `bad_request` where the
    /// secret is empty, `invalid_response` where a signed body is not a webhook.
    pub fn verify(
        platform: &dyn Platform,
        body: &[u8],
        signature: &str,
        secret: &str,
    ) -> Result<Self, Error> {
        if secret.is_empty() {
            return Err(Error::bad_request("the signing secret is empty: pass that of the webhook"));
        }
        if !is_signed(secret, body, signature) {
            return Err(Error::new(
                Code::Unauthorized,
                "the webhook is not signed with this secret: pass the raw body, the header CloudConvert-Signature and \
                 the signing secret of this webhook; else refuse the request",
            ));
        }
        let value = std::str::from_utf8(body).ok().and_then(|text| platform.parse(text)).unwrap_or_default();
        let job = value.get("job");
        match (value.get("event").text(), job.get("id").label()) {
            (Some(event), Some(job_id)) => Ok(Self { event: event.to_owned(), job_id, job: job.owned() }),
            _ => Err(Error::invalid(
                "the webhook names no event or no job: refuse it, because it is not one of version 2",
            )),
        }
    }

    /// The same for hosts that pass it on: `{"event", "jobId", "job"}`.
    pub fn to_value(&self) -> Value<'static> {
        let mut value = Value::object();
        value.set("event", self.event.clone());
        value.set("jobId", self.job_id.clone());
        value.set("job", self.job.clone());
        value
    }
}

/// The job holds signed URLs, so it is not shown.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("event", &self.event)
            .field("job_id", &self.job_id)
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;
    use crate::Native;
    use crate::wire::v2::signing::sign;

    const BODY: &str =
        "{\"event\":\"job.finished\",\"job\":{\"id\":\"7\",\"links\":\"https:\\/\\/api.example.com\"}}";

    #[test]
    fn a_signed_webhook_is_read() {
        let webhook =
            Webhook::verify(&Native, BODY.as_bytes(), &sign("secret", BODY.as_bytes()), "secret").unwrap();
        assert_eq!((webhook.event.as_str(), webhook.job_id.as_str()), ("job.finished", "7"));
        assert_eq!(webhook.job.get("links").text(), Some("https://api.example.com"));
    }

    #[test]
    fn nothing_of_an_unsigned_body_is_believed() {
        let signature = sign("secret", BODY.as_bytes());
        let written_again = serde_json::to_string(&serde_json::from_str::<Value<'_>>(BODY).unwrap()).unwrap();
        for (body, signature, secret) in [
            (BODY, "", "secret"),
            (BODY, signature.as_str(), "other"),
            (written_again.as_str(), signature.as_str(), "secret"),
            (&BODY.replace("finished", "failed"), signature.as_str(), "secret"),
        ] {
            let error = Webhook::verify(&Native, body.as_bytes(), signature, secret).unwrap_err();
            assert_eq!(error.code, Code::Unauthorized);
        }
        assert_eq!(Webhook::verify(&Native, b"", &sign("", b""), "").unwrap_err().code, Code::BadRequest);
    }

    #[test]
    fn what_is_signed_and_not_a_webhook_is_an_error() {
        for body in ["", "{}", "[]", "\u{feff}{", r#"{"event":"job.finished"}"#, r#"{"job":{"id":"7"}}"#] {
            let error =
                Webhook::verify(&Native, body.as_bytes(), &sign("s", body.as_bytes()), "s").unwrap_err();
            assert_eq!(error.code, Code::InvalidResponse, "{body}");
        }
    }
}
