//! A conversion at rest: when it is to be saved, saved, and taken up again.

use std::ffi::{CString, c_char};
use std::ptr;

use cloudconvert_core as core;
use cloudconvert_core::{Checkpoint, Saved};

use crate::api::Api;
use crate::conversion::{Conversion, make_at, read_job};
use crate::failure::{Code, Failure, guard};
use crate::held::{CONVERSIONS, HeldConversion, Machine, is_in_batch};
use crate::memory::{Out, text};

impl HeldConversion {
    /// Writes a state down for C.
    pub(crate) fn keep(&mut self, saved: &Saved) -> Result<*const c_char, Failure> {
        self.saved = CString::new(saved.to_json(&self.api)).map_err(|_| Failure::internal())?;
        Ok(self.saved.as_ptr())
    }
}

/// Goes on with a conversion that `cloudconvert_conversion_save` wrote, perhaps in another program, with the same service. What was
/// half downloaded begins anew; files that were whole are taken to be kept.
///
/// @param saved  What `cloudconvert_conversion_save` gave. Not NULL.
/// @return `BAD_REQUEST` for something else, or what a later version wrote; `UNTRUSTED_URL` if it is another service's.
///
/// The other parameters are those of `cloudconvert_begin_convert`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_restore(
    api: *const Api,
    saved: *const c_char,
    conversion: *mut *mut Conversion,
) -> Code {
    // SAFETY: the header's promises; the text is read in this call.
    unsafe {
        make_at(api, ptr::null(), conversion, |api, _| {
            let saved = Saved::from_json(api, text(saved, "saved")?)?;
            Ok((core::Conversion::restore(api, &saved)?, Checkpoint::of(&saved)))
        })
    }
}

/// Gives a restored conversion the content and the credentials that a saved state leaves out, which it needs where its
/// process has not been started yet. You may always call this: what is not needed is ignored.
///
/// @param job  The job that the conversion was made from. Not NULL.
/// @return `BAD_REQUEST` for another job, `WRONG_ORDER` for a conversion in a batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_supply(
    conversion: *mut Conversion,
    job: *const c_char,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a NUL-terminated string; it is read in this call.
        let job = unsafe { read_job(job) }?;
        CONVERSIONS.with(conversion, |held| match &mut held.machine {
            Machine::Own(machine) => Ok(machine.supply(job)?),
            Machine::Member(_) => Err(is_in_batch()),
        })
    })
}

/// Asks, before a request is sent that was handed out, whether the conversion is to be saved first: because the request may
/// change something on the service, or because the conversion has moved on. A program that keeps what this gives, each time,
/// can be stopped at any moment and go on with what it kept last.
///
/// @param saved  Where the text's address is written, which lives as that of `cloudconvert_conversion_save`; NULL where there is
///               nothing to keep. Not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_checkpoint(
    conversion: *mut Conversion,
    saved: *mut *const c_char,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(saved, "saved") }?;
        CONVERSIONS.with(conversion, |held| {
            let HeldConversion { machine, checkpoint, .. } = held;
            let saved = machine.look(|machine| checkpoint.before_sending(machine))?.flatten();
            out.set(saved.map_or(Ok(ptr::null()), |saved| held.keep(&saved))?);
            Ok(())
        })
    })
}

/// Writes down all that another program needs to go on: as JSON, without the API key, without credentials of storages, and
/// without the bytes of any file.
///
/// @param saved  Where the text's address is written. The text lives until the next `cloudconvert_conversion_save` of the same
///               conversion, or until the conversion is freed. Not NULL.
/// @return `WRONG_ORDER` for a conversion that has ended in a batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_save(
    conversion: *mut Conversion,
    saved: *mut *const c_char,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(saved, "saved") }?;
        CONVERSIONS.with(conversion, |held| {
            let HeldConversion { machine, checkpoint, .. } = held;
            let saved = machine.look(|machine| checkpoint.save(machine))?;
            let saved = saved.ok_or_else(|| {
                Failure::new(Code::WrongOrder, "the conversion has ended: there is nothing left to save")
            })?;
            out.set(held.keep(&saved)?);
            Ok(())
        })
    })
}
