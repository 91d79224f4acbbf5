//! What a secret signs: webhooks and URLs. Objects come and go as JSON, and an error is the JSON of its facts.

#[path = "../../src/url.rs"]
mod url;

use cloudconvert_core::{Error, Platform, SignedUrl, Timestamp, Url, Value, Webhook};
use wasm_bindgen::prelude::*;

/// JSON by `serde_json`, URLs by what every JavaScript runtime has.
struct Server;

impl Platform for Server {
    fn parse<'a>(&self, json: &'a str) -> Option<Value<'a>> {
        serde_json::from_str(json).ok()
    }

    fn write(&self, value: &Value<'_>) -> String {
        serde_json::to_string(value).unwrap_or_default()
    }

    fn resolve(&self, base: &str, reference: &str) -> Option<Url> {
        url::resolve(base, reference)
    }

    /// Nothing that is signed has a date.
    fn date(&self, _: &str) -> Option<Timestamp> {
        None
    }
}

/// Checks a webhook, then reads it: `{"event", "jobId", "job"}`.
#[wasm_bindgen]
pub fn verify_webhook(body: &[u8], signature: &str, secret: &str) -> Result<String, String> {
    let webhook = Webhook::verify(&Server, body, signature, secret).map_err(|error| facts(&error))?;
    Ok(Server.write(&webhook.to_value()))
}

/// A signed URL that runs a job.
#[wasm_bindgen]
#[allow(clippy::needless_pass_by_value)] // JavaScript hands it over.
pub fn sign_url(base: &str, secret: &str, job: &str, cache_key: Option<String>) -> Result<String, String> {
    let (job, cache_key) = (Server.parse(job).unwrap_or_default(), cache_key.as_deref());
    SignedUrl::sign(&Server, base, secret, &job, cache_key).map_err(|error| facts(&error))
}

/// Checks a signed URL, then reads it: `{"job", "cacheKey"}`.
#[wasm_bindgen]
pub fn verify_url(url: &str, secret: &str) -> Result<String, String> {
    let signed = SignedUrl::verify(&Server, url, secret).map_err(|error| facts(&error))?;
    let mut told = Value::object();
    told.set("job", signed.job);
    if let Some(cache_key) = signed.cache_key {
        told.set("cacheKey", cache_key);
    }
    Ok(Server.write(&told))
}

fn facts(error: &Error) -> String {
    Server.write(&error.to_value())
}
