//! A conversion at rest: when it is to be saved, saved, and taken up again.

use std::ffi::{CString, c_char};
use std::ptr;

use cloudconvert_core as core;
use cloudconvert_core::Saved;

use crate::api::Api;
use crate::conversion::{Conversion, make, read_job};
use crate::failure::{Code, Failure, guard};
use crate::held::{CONVERSIONS, HeldConversion};
use crate::memory::{Out, text};

impl HeldConversion {
    /// Writes a state down for C.
    pub(crate) fn keep(&mut self, saved: String) -> Result<*const c_char, Failure> {
        let saved = CString::new(saved).map_err(|_| Failure::internal())?;
        Ok(self.saved.insert(saved).as_ptr())
    }
}

/// Goes on with a conversion, perhaps in another program, with the same service. Outputs that had no names yet are downloaded anew.
///
/// @param saved  The `checkpoint` of a request, or what `cloudconvert_conversion_save` gave. Not NULL.
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
        make(api, ptr::null(), conversion, |api, _| {
            let saved = Saved::from_json(api, text(saved, "saved")?)?;
            Ok(core::Conversion::restore(api, &saved)?)
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
        CONVERSIONS.with(conversion, |held| Ok(held.machine.own()?.supply(job)?))
    })
}

/// From now on requests have a `checkpoint` where another program has to know of them: because they may change something on
/// the service, or because the conversion has moved on. A program that keeps it, each time before it sends the request, can be
/// stopped at any moment and go on with what it kept last.
///
/// @param forgets  Whether outputs are gone with the program, as in memory. Then no other program is told that all is done but to
///                 delete them on the service.
/// @return `WRONG_ORDER` for a conversion in a batch: call it before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_keep_states(
    conversion: *mut Conversion,
    forgets: bool,
) -> Code {
    guard(|| {
        CONVERSIONS.with(conversion, |held| {
            let machine = held.machine.own()?;
            machine.keep_states();
            if forgets {
                machine.forget_outputs();
            }
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
            let saved = held.machine.look(core::Conversion::save)?;
            let saved = saved.ok_or_else(|| {
                Failure::new(Code::WrongOrder, "the conversion has ended: there is nothing left to save")
            })?;
            let saved = saved.to_json(&held.api);
            out.set(held.keep(saved)?);
            Ok(())
        })
    })
}
