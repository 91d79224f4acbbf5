//! What a secret signs in version 2 of the API: webhooks, and URLs that run a job. No handle is needed.

use std::ffi::c_char;

use cloudconvert_core::{Native, Platform, SignedUrl, Webhook};

use crate::conversion::json;
use crate::failure::{Code, guard};
use crate::memory::{array, fill, optional_text, room, text};

/// Checks the signature of a webhook in constant time. Anybody can send such a request, so nothing of its body is to be
/// believed before this answers `OK`. The body is a JSON object with an `event` and a `job` then.
///
/// @param body       The raw body of the request: JSON that was parsed and written again has another signature.
/// @param length     How many bytes it has.
/// @param signature  Its header `CloudConvert-Signature`; NULL if there is none.
/// @param secret     The signing secret of that webhook. Not NULL.
/// @return `UNAUTHORIZED` for what is not signed with this secret, `BAD_REQUEST` for an empty secret, `INVALID_RESPONSE`
///         for what is signed and not a webhook.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_verify_webhook(
    body: *const u8,
    length: usize,
    signature: *const c_char,
    secret: *const c_char,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for so many bytes and NUL-terminated strings; all are read in this call.
        let (body, signature, secret) = unsafe {
            (array(body, length, "body")?, optional_text(signature, "signature")?, text(secret, "secret")?)
        };
        Webhook::verify(&Native, body, signature.unwrap_or_default(), secret)?;
        Ok(())
    })
}

/// Makes a URL that runs a job when it is opened, and redirects to the file. Anyone who has it can read the job, so there
/// must be no secrets in it.
///
/// @param base       The URL that the account's dashboard shows. Not NULL.
/// @param secret     The secret that belongs to it. Not NULL.
/// @param job        The body of the job's creation, a JSON object with `tasks`. Not NULL.
/// @param cache_key  Requests with the same key share one result for a day. NULL for none: each request costs then.
/// @param url        Where the URL is written, NUL-terminated. Not NULL.
/// @param size       How many bytes there is room for; twice the job, the base, the key and 128 always suffice.
/// @return `OUT_OF_RANGE` if there is not enough room; `BAD_REQUEST` for a base that is not a URL, an empty secret, a job
///         without a task `export/url`, or a cache key with other characters than letters, digits, `_` and `-`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_sign_url(
    base: *const c_char,
    secret: *const c_char,
    job: *const c_char,
    cache_key: *const c_char,
    url: *mut c_char,
    size: usize,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for NUL-terminated strings, the last or NULL; all are read in this call.
        let (base, secret, job, cache_key) = unsafe {
            (
                text(base, "base")?,
                text(secret, "secret")?,
                text(job, "job")?,
                optional_text(cache_key, "cache_key")?,
            )
        };
        // SAFETY: the header asks for room, which is used in this call.
        let room = unsafe { room(url, size, "url") }?;
        fill(room, &SignedUrl::sign(&Native, base, secret, &json(job, "job")?, cache_key)?)
    })
}

/// Checks a signed URL, byte for byte as it was requested, and gives its job.
///
/// @param url     Not NULL.
/// @param secret  The secret of its base. Not NULL.
/// @param job     Where the job is written as JSON, NUL-terminated. Not NULL.
/// @param size    How many bytes there is room for; twice the URL always suffices.
/// @return `OUT_OF_RANGE` if there is not enough room; `UNAUTHORIZED` for what is not signed with this secret;
///         `BAD_REQUEST` for an empty secret, or where a signed URL holds no job.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_verify_url(
    url: *const c_char,
    secret: *const c_char,
    job: *mut c_char,
    size: usize,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for NUL-terminated strings and for room; all are used in this call.
        let (url, secret, room) =
            unsafe { (text(url, "url")?, text(secret, "secret")?, room(job, size, "job")?) };
        fill(room, &Native.write(&SignedUrl::verify(&Native, url, secret)?.job))
    })
}
