//! An answer that is told piece by piece, and kept here until it is whole.

use cloudconvert_core as core;
use cloudconvert_core::Event;

use crate::call::{CALLS, Call};
use crate::conversion::{CONVERSIONS, Conversion};
use crate::failure::{Code, Failure, guard};
use crate::memory::{Out, array};

/// As much of an answer as has come.
#[derive(Default)]
pub(crate) struct Answer {
    /// The request; 0 where no answer has begun.
    id: u64,
    /// The most bytes to keep in memory.
    limit: usize,
    response: core::Response,
}

impl Answer {
    /// One that begins with this head, and whose body goes there.
    pub(crate) fn begin(id: u64, head: &core::Response, place: core::Place) -> Self {
        let mut response = core::Response { body: Vec::new(), ..head.clone() };
        let limit = match place {
            core::Place::Memory { limit } => limit,
            core::Place::File { offset } => {
                response.received = offset;
                0
            }
        };
        Self { id, limit, response }
    }

    /// The file is this long now.
    pub(crate) fn received(&mut self, id: u64, bytes: u64) {
        if id == self.id {
            self.response.received = bytes;
        }
    }

    /// Takes more of the body; gives how many bytes of it.
    fn take(&mut self, id: u64, bytes: &[u8]) -> Result<usize, Failure> {
        self.check(id)?;
        let taken = bytes.len().min(self.limit - self.response.body.len());
        self.response.body.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    /// The whole answer.
    fn end(&mut self, id: u64) -> Result<core::Response, Failure> {
        self.check(id)?;
        Ok(std::mem::take(self).response)
    }

    fn check(&self, id: u64) -> Result<(), Failure> {
        let why = "no answer to this request has begun: tell its head first";
        if id == self.id && id > 0 { Ok(()) } else { Err(Failure::new(Code::WrongOrder, why)) }
    }
}

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
            held.machine.handle(core::Timestamp::from_millis(now), Event::Response { id, response });
            Ok(())
        })
    })
}
