//! An answer that is told piece by piece.

use cloudconvert_core::{Event, Timestamp};

use crate::call::{CALLS, Call};
use crate::conversion::Conversion;
use crate::failure::{Code, guard};
use crate::held::CONVERSIONS;
use crate::memory::{Out, array};

/// Tells the next bytes of an answer's body that goes into memory: the library keeps it, as much as it wants of it. For programs
/// that do not gather it themselves, for `cloudconvert_conversion_answered`.
///
/// @param bytes  `size` bytes, read in this call; NULL for none.
/// @param taken  Where it is written how many of them were taken. Where that is less than `size`, the rest of the body is not wanted,
///               and the answer counts as whole. Not NULL.
/// @return `WRONG_ORDER` before `cloudconvert_conversion_begun`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_answer_body(
    conversion: *mut Conversion,
    id: u64,
    bytes: *const u8,
    size: usize,
    taken: *mut usize,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place, and for bytes or NULL, which are read in this call.
        let (out, bytes) = unsafe { (Out::new(taken, "taken")?, array(bytes, size, "bytes")?) };
        CONVERSIONS.with(conversion, |held| {
            out.set(held.handed_out.answer.take(id, bytes)?);
            Ok(())
        })
    })
}

/// Tells that an answer is whole whose parts were told: by `cloudconvert_conversion_begun` its head, by
/// `cloudconvert_conversion_answer_body` or `cloudconvert_conversion_received` its body.
///
/// @return `WRONG_ORDER` before `cloudconvert_conversion_begun`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_answer_ended(
    conversion: *mut Conversion,
    now: u64,
    id: u64,
) -> Code {
    guard(|| {
        CONVERSIONS.with(conversion, |held| {
            let response = held.handed_out.answer.end(id)?;
            held.handed_out.answered();
            held.machine.handle(now, Event::Response { id, response })
        })
    })
}

/// The same as `cloudconvert_conversion_answer_body` of a call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_answer_body(
    call: *mut Call,
    id: u64,
    bytes: *const u8,
    size: usize,
    taken: *mut usize,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place, and for bytes or NULL, which are read in this call.
        let (out, bytes) = unsafe { (Out::new(taken, "taken")?, array(bytes, size, "bytes")?) };
        CALLS.with(call, |held| {
            out.set(held.handed_out.answer.take(id, bytes)?);
            Ok(())
        })
    })
}

/// The same as `cloudconvert_conversion_answer_ended` of a call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_call_answer_ended(call: *mut Call, now: u64, id: u64) -> Code {
    guard(|| {
        CALLS.with(call, |held| {
            let response = held.handed_out.answer.end(id)?;
            held.handed_out.answered();
            held.machine.handle(Timestamp::from_millis(now), Event::Response { id, response });
            Ok(())
        })
    })
}
