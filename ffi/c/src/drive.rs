//! One conversion as a machine: polled, and told what happened.

use std::ffi::c_char;

use cloudconvert_core as core;
use cloudconvert_core::{Event, Timestamp};

use crate::conversion::Conversion;
use crate::failure::{Code, guard};
use crate::held::{CONVERSIONS, Machine, is_in_batch};
use crate::memory::{Out, optional_text, text};
use crate::next::Next;
use crate::response::{self, BodyTarget, ReasonNumber, Response};

/// Asks what to do now.
///
/// @param now   The time in milliseconds since 1970 (UTC), in this and all calls.
/// @param next  Where the answer is written. Not NULL.
/// @return `WRONG_ORDER` for a conversion that runs in a batch: then the batch is polled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_poll(
    conversion: *mut Conversion,
    now: u64,
    next: *mut Next,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(next, "next") }?;
        CONVERSIONS.with(conversion, |held| {
            out.set(match &mut held.machine {
                Machine::Own(machine) => held.handed_out.next(machine.poll(Timestamp::from_millis(now))),
                Machine::Member(_) => held.handed_out.ended().ok_or_else(is_in_batch)?,
            });
            Ok(())
        })
    })
}

/// Tells what happened to a request.
fn happened(conversion: *mut Conversion, now: u64, id: u64, event: Event) -> Code {
    guard(|| {
        CONVERSIONS.with(conversion, |held| {
            held.handed_out.expect(id)?;
            held.machine.handle(now, event)
        })
    })
}

/// Tells that the request is not sent yet, because the program does something before, such as keeping its `checkpoint`. The service's time begins with the first `cloudconvert_conversion_sent`. Not needed where that takes no time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_held(
    conversion: *mut Conversion,
    now: u64,
    id: u64,
) -> Code {
    happened(conversion, now, id, Event::Held { id })
}

/// Tells that so many bytes of a request's body have been sent, in total.
///
/// @param id  The request's ID. In this and the next calls: `WRONG_ORDER` for a request that was never handed out; one
///            that is over already is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_sent(
    conversion: *mut Conversion,
    now: u64,
    id: u64,
    bytes: u64,
) -> Code {
    happened(conversion, now, id, Event::Sent { id, bytes })
}

/// Tells that the file of a request's sink is this long now, with what earlier requests left in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_received(
    conversion: *mut Conversion,
    now: u64,
    id: u64,
    bytes: u64,
) -> Code {
    guard(|| {
        CONVERSIONS.with(conversion, |held| {
            held.handed_out.expect(id)?;
            held.handed_out.answer.received(id, bytes);
            held.machine.handle(now, Event::Received { id, bytes })
        })
    })
}

/// Tells that the answer to the last request has begun, and asks where its body goes: error pages never end up in files, and
/// a part of a file only where it belongs. Call it before anything is written to the file of a request's sink: a download
/// that breaks off can only be resumed by what is known of its beginning.
///
/// @param id     The request's ID; `WRONG_ORDER` for any but the last one.
/// @param head   The answer, of which only the status and the headers are read. Not NULL.
/// @param target  Where it is written where the body goes. Not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_begun(
    conversion: *mut Conversion,
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
        CONVERSIONS.with(conversion, |held| {
            out.set(held.handed_out.begun(id, &response)?.into());
            held.machine.handle(now, Event::Begun { id, response })
        })
    })
}

/// Tells that the whole answer to a request has come.
///
/// @param response  The answer, read in this call. Not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_answered(
    conversion: *mut Conversion,
    now: u64,
    id: u64,
    response: *const Response,
) -> Code {
    guard(|| {
        CONVERSIONS.with(conversion, |held| {
            // SAFETY: the header asks for a response.
            unsafe { response::read_into(response, &mut held.response) }?;
            held.handed_out.expect(id)?;
            held.handed_out.answered();
            held.machine.answered(now, id, &mut held.response)?;
            response::keep_little(&mut held.response);
            Ok(())
        })
    })
}

/// Tells that there will be no answer to a request.
///
/// @param reason  `OUT_OF_RANGE` for a number that is none.
/// @param why     Why, in words. It becomes `cause` of the result, and with `INPUT` and `SINK` part of its message. NULL for
///                no words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_failed(
    conversion: *mut Conversion,
    now: u64,
    id: u64,
    reason: ReasonNumber,
    why: *const c_char,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a NUL-terminated string or NULL; it is read in this call.
        let why = unsafe { optional_text(why, "why") }?;
        let reason = response::reason(reason, why)?;
        CONVERSIONS.with(conversion, |held| {
            held.handed_out.expect(id)?;
            held.handed_out.failed(why);
            held.machine.handle(now, Event::Failed { id, reason })
        })
    })
}

/// Tells that the service called the job's callback URL, whichever conversion it was about; see `"watch": "callback"`. Version 2
/// of the API calls by a webhook: check it with `cloudconvert_verify_webhook`, and tell the ID of its job as `id=ID`.
///
/// @param called  The URL that was called, or its query alone. Not NULL.
/// @return `BAD_REQUEST` for a callback that names no process, `UNTRUSTED_URL` for one that names another service's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_called_back(
    conversion: *mut Conversion,
    now: u64,
    called: *const c_char,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a NUL-terminated string; it is read in this call.
        let called = unsafe { text(called, "called") }?;
        CONVERSIONS.with(conversion, |held| {
            let callback = core::Callback::read(&held.api, called)?;
            held.machine.handle(now, Event::Callback(callback))
        })
    })
}

/// Cancels the conversion: poll on until `DONE`; the process is deleted, then the result is `CANCELLED`. Does nothing to
/// one that is done.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_cancel(conversion: *mut Conversion, now: u64) -> Code {
    guard(|| CONVERSIONS.with(conversion, |held| held.machine.cancel(now)))
}
