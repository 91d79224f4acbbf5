//! One single call of the API: a request, and how its answer is read.

use std::ffi::{CString, c_char};

use cloudconvert_core as core;
use cloudconvert_core::v1::{AnyCall, Call as _};

use crate::api::{self, Api};
use crate::conversion::json;
use crate::failure::{Code, Failure, guard};
use crate::handles::Handles;
use crate::memory::{Out, text};
use crate::request::{Owned, Request};
use crate::response::{self, Place, Response};

/// One single call of the API, sent once. Opaque; made by `cloudconvert_call_new`.
pub struct Call {
    _opaque: [u8; 0],
}

struct Held {
    api: core::Api,
    call: AnyCall,
    request: Box<Owned>,
    reply: CString,
}

static CALLS: Handles<Held> = Handles::new("call");

/// Makes a single call, for programs that drive a process themselves or want a list. All others want
/// `cloudconvert_convert`, which makes every call that is needed and repeats it where it fails.
///
/// @param api   Copied, so it may be freed afterwards.
/// @param wish  What is called, as a JSON object; see "Calls" at the top. Not NULL.
/// @param call  Where the new handle is written, NULL on failure. Free it with `cloudconvert_call_free`.
/// @return `BAD_REQUEST` for what is missing or unknown, `UNTRUSTED_URL` for a URL on another host.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_new(
    api: *const Api,
    wish: *const c_char,
    call: *mut *mut Call,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(call, "call") }?;
        out.set_handle(|| {
            let api = api::copy(api)?;
            // SAFETY: the header asks for a NUL-terminated string; it is read in this call.
            let wish = json(unsafe { text(wish, "wish") }?, "wish")?;
            let call = AnyCall::from_value(&api, &wish)?;
            let mut request = Box::<Owned>::default();
            request.set(call.request(&api)?);
            Ok(CALLS.insert(Held { api, call, request, reply: CString::default() }))
        })
    })
}

/// Gives the request to send. It lives until the call is freed; its ID is 0.
///
/// @param request  Where its address is written. Not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_request(call: *const Call, request: *mut *const Request) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(request, "request") }?;
        CALLS.with(call, |held| {
            out.set(held.request.request());
            Ok(())
        })
    })
}

/// Tells where the body of the answer goes, now that its status is known; only a download goes into a file.
///
/// @param place  Where the answer is written. Not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_place(call: *const Call, status: u16, place: *mut Place) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(place, "place") }?;
        CALLS.with(call, |held| {
            out.set(held.request.place(status).ok_or_else(Failure::internal)?.into());
            Ok(())
        })
    })
}

/// Reads the whole answer.
///
/// @param response  The answer, read in this call. Not NULL.
/// @param reply     Where the reply's address is written: a JSON object, see "Calls" at the top. It lives until the next
///                  answer is read, or until the call is freed. Not NULL.
/// @return What the service refused the call with, with its words as `cloudconvert_last_message`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_read(
    call: *mut Call,
    response: *const Response,
    reply: *mut *const c_char,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(reply, "reply") }?;
        // SAFETY: the header asks for a response.
        let response = unsafe { response::read(response) }?;
        CALLS.with(call, |held| {
            let reply = held.call.reply(&held.api, &response)?;
            let reply = serde_json::to_string(&reply).map_err(|_| Failure::internal())?;
            held.reply = CString::new(reply).map_err(|_| Failure::internal())?;
            out.set(held.reply.as_ptr());
            Ok(())
        })
    })
}

/// Frees a call, with its request and its reply.
///
/// @param call  The handle, which is dead afterwards. NULL is allowed and does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_free(call: *mut Call) -> Code {
    guard(|| CALLS.remove(call))
}
