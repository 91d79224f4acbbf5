//! What a secret signs in version 2 of the API: webhooks, and URLs that run a job.

use cloudconvert_core as core;
use cloudconvert_core::{Native, Platform};

use crate::machine::object;
use crate::records::{MachineError, ServiceCallback};

/// A webhook whose signature was checked.
#[derive(uniffi::Record)]
pub struct VerifiedWebhook {
    /// `job.created`, `job.finished`, `job.failed`, or one that comes later.
    pub event: String,
    /// The ID of the job.
    pub job_id: String,
    /// The whole job, as JSON.
    pub job: String,
    /// The same as a callback, for conversions that wait for one.
    pub callback: ServiceCallback,
}

/// A signed URL that was checked.
#[derive(uniffi::Record)]
pub struct VerifiedUrl {
    /// The body of the job's creation, as JSON.
    pub job: String,
    /// What requests share a result by.
    pub cache_key: Option<String>,
}

/// Checks a webhook, then reads it; see `Webhook::verify` in the core.
#[uniffi::export]
#[allow(clippy::needless_pass_by_value)] // The languages hand it over.
pub fn verify_webhook(body: Vec<u8>, signature: &str, secret: &str) -> Result<VerifiedWebhook, MachineError> {
    let webhook = core::Webhook::verify(&Native, &body, signature, secret)?;
    let callback = core::Callback::from(&webhook).into();
    Ok(VerifiedWebhook {
        event: webhook.event,
        job_id: webhook.job_id,
        job: Native.write(&webhook.job),
        callback,
    })
}

/// Makes a signed URL; see `SignedUrl::sign` in the core.
#[uniffi::export]
pub fn sign_url(
    base: &str,
    secret: &str,
    job: &str,
    cache_key: Option<String>,
) -> Result<String, MachineError> {
    Ok(core::SignedUrl::sign(&Native, base, secret, &object(job)?, cache_key.as_deref())?)
}

/// Checks a signed URL, then reads it; see `SignedUrl::verify` in the core.
#[uniffi::export]
pub fn verify_url(url: &str, secret: &str) -> Result<VerifiedUrl, MachineError> {
    let signed = core::SignedUrl::verify(&Native, url, secret)?;
    Ok(VerifiedUrl { job: Native.write(&signed.job), cache_key: signed.cache_key })
}
