//! The service's address and the key to it.

use std::ffi::c_char;

use cloudconvert_core as core;

use crate::failure::{Code, Failure, guard};
use crate::handles::Handles;
use crate::memory::{Out, optional_text, text};

/// The service's address and the key to it. Opaque; made by `cloudconvert_api_new`.
pub struct Api {
    _opaque: [u8; 0],
}

static APIS: Handles<core::Api> = Handles::new("api");

/// A copy of what an API's handle stands for.
pub(crate) fn copy(api: *const Api) -> Result<core::Api, Failure> {
    APIS.with(api, |api| Ok(api.clone()))
}

/// Makes the API at a base URL.
///
/// @param base  The base URL; NULL for that of the service itself, `https://api.cloudconvert.com/v2`.
/// @param key   The API key; NULL or empty for none. It is sent to the base URL's origin alone and never shown.
/// @param api   Where the new handle is written, NULL on failure. Free it with `cloudconvert_api_free`.
/// @return `BAD_REQUEST` for a base that is not an `http` or `https` URL, and for a key with a character that is not allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_api_new(
    base: *const c_char,
    key: *const c_char,
    api: *mut *mut Api,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(api, "api") }?;
        out.set_handle(|| {
            // SAFETY: the header asks for NUL-terminated strings; they are read in this call.
            let (base, key) = unsafe { (optional_text(base, "base")?, optional_text(key, "key")?) };
            Ok(APIS.insert(core::Api::at(&core::Native, base, key, None)?))
        })
    })
}

/// Makes an API without a key at the origin of a ticket, a process URL or an upload URL, for programs that get one from another
/// program which has the key.
///
/// @param url  The ticket, or the absolute process or upload URL. Not NULL.
/// @param api  As in `cloudconvert_api_new`.
/// @return `BAD_REQUEST` for something that is not an absolute `http` or `https` URL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_api_for_url(url: *const c_char, api: *mut *mut Api) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(api, "api") }?;
        out.set_handle(|| {
            // SAFETY: the header asks for a NUL-terminated string; it is read in this call.
            let url = unsafe { text(url, "url") }?;
            Ok(APIS.insert(core::Api::for_url(&core::Native, url)?))
        })
    })
}

/// Trusts URLs on one more host, for conversions that are made afterwards. Without this, the service's URLs have to be on
/// the base URL's host or on a subdomain of its registered domain.
///
/// @param host  The host's name alone, such as `files.example.com`. Not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_api_trust(api: *mut Api, host: *const c_char) -> Code {
    guard(|| {
        // SAFETY: the header asks for a NUL-terminated string; it is read in this call.
        let host = unsafe { text(host, "host") }?;
        APIS.with(api, |api| {
            *api = api.clone().trust(host);
            Ok(())
        })
    })
}

/// Frees an API. Conversions that were made from it go on.
///
/// @param api  The handle, which is dead afterwards. NULL is allowed and does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_api_free(api: *mut Api) -> Code {
    guard(|| APIS.remove(api))
}
