//! One single call of the API: a request, and how its answer is read.

use std::ffi::{CString, c_char};
use std::ptr;

use cloudconvert_core as core;
use cloudconvert_core::Call as _;
use cloudconvert_core::v1::AnyCall;
use cloudconvert_core::{Policy, Retry, Turn, Value};

use crate::api::{self, Api};
use crate::conversion::json;
use crate::failure::{Code, Failure, guard};
use crate::handles::Handles;
use crate::memory::{Out, optional_text, text};
use crate::request::{Owned, Request};
use crate::response::{self, Place, ReasonNumber, Response};

/// One single call of the API. Opaque; made by `cloudconvert_call_new`.
pub struct Call {
    _opaque: [u8; 0],
}

/// What an answer to a single call, or the lack of one, leads to.
#[repr(C)]
pub struct CallTurn {
    /// What the service said, as a JSON object; see "Calls" at the top. It lives until the call is freed, or told of another
    /// answer. NULL if the request is to be sent again.
    pub reply: *const c_char,
    /// When to send it again; 0 if there is a reply.
    pub until: u64,
}

struct Held {
    api: core::Api,
    call: AnyCall,
    request: Box<Owned>,
    retry: Retry,
    reply: CString,
}

impl Held {
    /// Keeps the reply, if there is one.
    fn told(&mut self, turn: Turn<Value<'static>>, now: u64) -> Result<CallTurn, Failure> {
        let reply = match turn {
            Turn::Done(reply) => serde_json::to_string(&reply).map_err(|_| Failure::internal())?,
            Turn::Again { wait } => {
                return Ok(CallTurn { reply: ptr::null(), until: now.saturating_add(wait) });
            }
        };
        self.reply = CString::new(reply).map_err(|_| Failure::internal())?;
        Ok(CallTurn { reply: self.reply.as_ptr(), until: 0 })
    }
}

static CALLS: Handles<Held> = Handles::new("call");

/// Makes a single call, for programs that drive a process themselves or want a list. All others want
/// `cloudconvert_convert`, which makes every call that is needed.
///
/// @param api   Copied, so it may be freed afterwards.
/// @param wish  What is called, as a JSON object; see "Calls" at the top. Not NULL.
/// @param now   The time in milliseconds since 1970 (UTC).
/// @param seed  What its retries are spread by: `cloudconvert_seed()`.
/// @param call  Where the new handle is written, NULL on failure. Free it with `cloudconvert_call_free`.
/// @return `BAD_REQUEST` for what is missing or unknown, `UNTRUSTED_URL` for a URL on another host.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_new(
    api: *const Api,
    wish: *const c_char,
    now: u64,
    seed: u64,
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
            let retry = Retry::new(&call, Policy::brief(), now, seed);
            Ok(CALLS.insert(Held { api, call, request, retry, reply: CString::default() }))
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

/// Tells that the whole answer has come.
///
/// @param response  The answer, read in this call. Not NULL.
/// @param turn      Where is written what it leads to. Not NULL.
/// @return What the service refused the call with, with its words as `cloudconvert_last_message`. That is the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_answered(
    call: *mut Call,
    now: u64,
    response: *const Response,
    turn: *mut CallTurn,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(turn, "turn") }?;
        // SAFETY: the header asks for a response.
        let response = unsafe { response::read(response) }?;
        CALLS.with(call, |held| {
            let turn = held.retry.answered(&held.call, &held.api, &response, now)?;
            out.set(held.told(turn, now)?);
            Ok(())
        })
    })
}

/// Tells that there will be no answer.
///
/// @param reason  As in `cloudconvert_failed`, also `why`.
/// @param turn    Where is written what it leads to. Not NULL.
/// @return What the call failed with, as `cloudconvert_call_answered`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_failed(
    call: *mut Call,
    now: u64,
    reason: ReasonNumber,
    why: *const c_char,
    turn: *mut CallTurn,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(turn, "turn") }?;
        // SAFETY: the header asks for a NUL-terminated string or NULL; it is read in this call.
        let reason = response::reason(reason, unsafe { optional_text(why, "why") }?)?;
        CALLS.with(call, |held| {
            let turn = held.retry.failed(&reason, now)?;
            out.set(held.told(turn, now)?);
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
