//! One single call of the API as a machine: polled, and told what happened.

use std::ffi::c_char;

use cloudconvert_core::{AnyCall, CallMachine, Event, Timestamp};

use crate::api::{self, Api};
use crate::conversion::json;
use crate::failure::{Code, Failure, guard};
use crate::handles::Handles;
use crate::memory::{Out, optional_text, text};
use crate::next::{HandedOut, Next};
use crate::response::{self, BodyTarget, ReasonNumber, Response};

/// One single call of the API. Opaque; made by `cloudconvert_call_new`.
pub struct Call {
    _opaque: [u8; 0],
}

/// The machine, and what C may still be reading of it.
pub(crate) struct HeldCall {
    pub(crate) machine: CallMachine<AnyCall>,
    pub(crate) handed_out: HandedOut,
}

pub(crate) static CALLS: Handles<HeldCall> = Handles::new("call");

/// Makes a single call, for programs that drive a process themselves or want a list. Other programs want
/// `cloudconvert_begin_convert`, which makes every call that is needed. The loop of a call is that of a conversion, with the
/// functions below.
///
/// @param api     Copied, so it may be freed afterwards.
/// @param wish    What is called, as a JSON object; see "Calls" at the top. Not NULL.
/// @param policy  How patient the call is, as a JSON object; see "Calls" at the top. NULL for the defaults.
/// @param seed    What its retries are spread by: `cloudconvert_seed()`.
/// @param call    Where the new handle is written, NULL on failure. Free it with `cloudconvert_call_free`.
/// @return `BAD_REQUEST` for what is missing or unknown, `UNTRUSTED_URL` for a URL on another host, `UNAUTHORIZED` where
///         the call needs a key and there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_new(
    api: *const Api,
    wish: *const c_char,
    policy: *const c_char,
    seed: u64,
    call: *mut *mut Call,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(call, "call") }?;
        out.set_handle(|| {
            let api = api::copy(api)?;
            // SAFETY: the header asks for NUL-terminated strings, the second or NULL; both are read in this call.
            let (wish, policy) = unsafe { (text(wish, "wish")?, optional_text(policy, "policy")?) };
            let policy = policy.map(|policy| json(policy, "policy")).transpose()?.unwrap_or_default();
            let machine = CallMachine::from_value(&api, &json(wish, "wish")?, &policy, seed)?;
            Ok(CALLS.insert(HeldCall { machine, handed_out: HandedOut::default() }))
        })
    })
}

/// Asks what to do now, as `cloudconvert_conversion_poll`.
///
/// @param next  Where the answer is written. Not NULL. With `DONE`, `next.result->reply` is what the service said; what it
///              refused, and what went wrong, is `next.result->code` with its `message`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_poll(call: *mut Call, now: u64, next: *mut Next) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(next, "next") }?;
        CALLS.with(call, |held| {
            out.set(held.handed_out.next(held.machine.poll(Timestamp::from_millis(now))));
            Ok(())
        })
    })
}

/// Tells what happened to a request.
fn happened(
    call: *mut Call,
    now: u64,
    id: u64,
    event: impl FnOnce(&mut HandedOut) -> Result<Event, Failure>,
) -> Code {
    guard(|| {
        CALLS.with(call, |held| {
            held.handed_out.expect(id)?;
            let event = event(&mut held.handed_out)?;
            held.machine.handle(Timestamp::from_millis(now), event);
            Ok(())
        })
    })
}

/// Tells that the file of the request's sink is this long now. Only a download has one.
///
/// @param id  The request's ID. In this and the next calls: `WRONG_ORDER` for a request that was never handed out; one
///            that is over already is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_received(call: *mut Call, now: u64, id: u64, bytes: u64) -> Code {
    happened(call, now, id, |handed_out| {
        handed_out.answer.received(id, bytes);
        Ok(Event::Received { id, bytes })
    })
}

/// Tells that the answer to the last request has begun, and asks where its body goes: as `cloudconvert_conversion_begun`.
///
/// @param head    The answer, of which only the status and the headers are read. Not NULL.
/// @param target  Where it is written where the body goes. Not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_begun(
    call: *mut Call,
    now: u64,
    id: u64,
    head: *const Response,
    target: *mut BodyTarget,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(target, "target") }?;
        // SAFETY: the header asks for a response.
        let response = unsafe { response::read(head) }?;
        CALLS.with(call, |held| {
            out.set(held.handed_out.begun(id, &response)?.into());
            held.machine.handle(Timestamp::from_millis(now), Event::Begun { id, response });
            Ok(())
        })
    })
}

/// Tells that the whole answer to a request has come.
///
/// @param response  The answer, read in this call. Not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_answered(
    call: *mut Call,
    now: u64,
    id: u64,
    response: *const Response,
) -> Code {
    happened(call, now, id, |handed_out| {
        // SAFETY: the header asks for a response.
        let response = unsafe { response::read(response) }?;
        handed_out.answered();
        Ok(Event::Response { id, response })
    })
}

/// Tells that there will be no answer to a request.
///
/// @param reason  As in `cloudconvert_conversion_failed`, also `why`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_failed(
    call: *mut Call,
    now: u64,
    id: u64,
    reason: ReasonNumber,
    why: *const c_char,
) -> Code {
    happened(call, now, id, |handed_out| {
        // SAFETY: the header asks for a NUL-terminated string or NULL; it is read in this call.
        let why = unsafe { optional_text(why, "why") }?;
        let reason = response::reason(reason, why)?;
        handed_out.failed(why);
        Ok(Event::Failed { id, reason })
    })
}

/// Tells that what was downloaded has its name, or has none, as `cloudconvert_conversion_settled`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_settled(call: *mut Call, now: u64, why: *const c_char) -> Code {
    guard(|| {
        // SAFETY: the header asks for a NUL-terminated string or NULL; it is read in this call.
        let why = unsafe { optional_text(why, "why") }?;
        CALLS.with(call, |held| {
            let event = held.handed_out.settled(why)?;
            held.machine.handle(Timestamp::from_millis(now), event);
            Ok(())
        })
    })
}

/// Cancels the call: the next poll is `DONE`, and the result is `CANCELLED`. What the call did on the service stays done.
/// Does nothing to one that is done.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_cancel(call: *mut Call) -> Code {
    guard(|| {
        CALLS.with(call, |held| {
            held.machine.cancel();
            Ok(())
        })
    })
}

/// Frees a call, with its requests and its result.
///
/// @param call  The handle, which is dead afterwards. NULL is allowed and does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_free(call: *mut Call) -> Code {
    guard(|| CALLS.remove(call))
}
