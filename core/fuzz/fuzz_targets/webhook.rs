//! Webhooks, which anybody may send: believed exactly where the signature is the one that another reading of RFC 2104 makes.
#![no_main]

use cloudconvert_core::{Code, Native, Webhook};
use hmac::{Hmac, KeyInit, Mac};
use libfuzzer_sys::fuzz_target;
use sha2::Sha256;

fuzz_target!(|input: (&[u8], &str, &str)| {
    let (body, signature, secret) = input;
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).unwrap().chain_update(body);
    let right: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let told = Webhook::verify(&Native, body, signature, secret);
    if secret.is_empty() {
        return assert_eq!(told.unwrap_err().code, Code::BadRequest);
    }
    if signature.trim().to_ascii_lowercase() != right {
        assert_eq!(told.unwrap_err().code, Code::Unauthorized);
    }
    match Webhook::verify(&Native, body, &right, secret) {
        Ok(webhook) => assert!(!webhook.event.is_empty() && !webhook.job_id.is_empty()),
        Err(error) => assert_eq!(error.code, Code::InvalidResponse),
    }
});
