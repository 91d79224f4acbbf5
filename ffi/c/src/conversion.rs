//! One conversion as an object: made, looked at, saved, freed. What it does is in `drive`.

use std::ffi::{CString, c_char};

use cloudconvert_core as core;
use cloudconvert_core::{Event, Job, Policy, Saved, Timestamp, Value};

use crate::api::{self, Api};
use crate::batch::{self, Membership};
use crate::failure::{Code, Failure, guard};
use crate::handles::Handles;
use crate::memory::{Out, Texts, array, file_name, optional_text, text, unused};
use crate::next::HandedOut;
use crate::progress::{Progress, snapshot};
use crate::request::CLOUDCONVERT_UNKNOWN;

/// One conversion, from wish to verified output. Opaque; made by `cloudconvert_begin_convert` and its siblings.
pub struct Conversion {
    _opaque: [u8; 0],
}

/// A file to upload.
#[repr(C)]
pub struct InputFile {
    /// Its name, with the extension. Not NULL. Bytes that are not UTF-8 are sent as `%E9`.
    pub name: *const c_char,
    /// Its size in bytes; `CLOUDCONVERT_UNKNOWN` where that is not known.
    pub size: u64,
    /// Space for members of later versions. Has to be zero.
    pub reserved: [u64; 2],
}

/// The machine, and what C may still be reading of it.
pub(crate) struct HeldConversion {
    pub(crate) api: core::Api,
    pub(crate) machine: Machine,
    pub(crate) handed_out: HandedOut,
    progress: Texts,
    /// How far it was when it ended in a batch.
    pub(crate) ended: Option<core::Progress>,
    saved: CString,
}

/// Where the machine is.
pub(crate) enum Machine {
    /// Here.
    Own(Box<core::Conversion>),
    /// In a batch.
    Member(Membership),
}

impl Machine {
    /// Lends the machine to `look`; nothing where it has ended in a batch and is gone.
    fn look<R>(&self, look: impl FnOnce(&core::Conversion) -> R) -> Result<Option<R>, Failure> {
        match self {
            Self::Own(machine) => Ok(Some(look(machine))),
            Self::Member(membership) => membership.look(look),
        }
    }

    pub(crate) fn handle(&mut self, now: u64, event: Event) -> Result<(), Failure> {
        match self {
            Self::Own(machine) => machine.handle(Timestamp::from_millis(now), event),
            Self::Member(membership) => membership.handle(now, event)?,
        }
        Ok(())
    }

    pub(crate) fn cancel(&mut self, now: u64) -> Result<(), Failure> {
        match self {
            Self::Own(machine) => machine.cancel(Timestamp::from_millis(now)),
            Self::Member(membership) => membership.cancel(now)?,
        }
        Ok(())
    }
}

pub(crate) static CONVERSIONS: Handles<HeldConversion> = Handles::new("conversion");

/// Makes a conversion, with what a C caller passes to all of them.
///
/// # Safety
/// As the header says.
unsafe fn make(
    api: *const Api,
    policy: *const c_char,
    conversion: *mut *mut Conversion,
    machine: impl FnOnce(&core::Api, Policy) -> Result<core::Conversion, Failure>,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(conversion, "conversion") }?;
        out.set_handle(|| {
            let api = api::copy(api)?;
            // SAFETY: the header asks for a NUL-terminated string or NULL; it is read in this call.
            let policy = match unsafe { optional_text(policy, "policy") }? {
                Some(policy) => Policy::from_value(&json(policy, "policy")?)?,
                None => Policy::default(),
            };
            let machine = Machine::Own(Box::new(machine(&api, policy)?));
            let (progress, saved) = (Texts::default(), CString::default());
            Ok(CONVERSIONS.insert(HeldConversion {
                api,
                machine,
                handed_out: HandedOut::default(),
                progress,
                ended: None,
                saved,
            }))
        })
    })
}

/// A job, a policy or a call.
pub(crate) fn json<'t>(text: &'t str, name: &str) -> Result<Value<'t>, Failure> {
    match serde_json::from_str(text) {
        Ok(object @ Value::Object(_)) => Ok(object),
        _ => Err(Failure::new(Code::BadRequest, ["`", name, "` is not a JSON object"].concat())),
    }
}

/// # Safety
/// `text` is NULL or a NUL-terminated string.
unsafe fn read_job(job: *const c_char) -> Result<Job, Failure> {
    // SAFETY: the caller's promise.
    Ok(Job::from_value(&json(unsafe { text(job, "job") }?, "job")?)?)
}

/// Makes a conversion: the process is created and started, the input uploaded, the output downloaded, the process deleted.
///
/// @param api         Copied, so it may be freed afterwards.
/// @param job         What is wanted, as a JSON object; see "Jobs and policies" at the top. Not NULL.
/// @param policy      How patient the conversion is, as a JSON object; NULL for the defaults.
/// @param seed        What its retries are spread by. Give every conversion another one: `cloudconvert_seed()`.
/// @param conversion  Where the new handle is written, NULL on failure. Free it with `cloudconvert_conversion_free`.
/// @return `BAD_REQUEST` for what is missing, unknown or contradicts itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_begin_convert(
    api: *const Api,
    job: *const c_char,
    policy: *const c_char,
    seed: u64,
    conversion: *mut *mut Conversion,
) -> Code {
    // SAFETY: the header's promises; the job is read in this call.
    unsafe {
        make(api, policy, conversion, |api, policy| {
            Ok(core::Conversion::new(api, read_job(job)?, policy, seed)?)
        })
    }
}

/// Makes a conversion that only creates and starts a process which waits for an upload. Its result has a `ticket`, with which a
/// program without the key uploads and follows. Parameters and errors as in `cloudconvert_begin_convert`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_begin_prepare(
    api: *const Api,
    job: *const c_char,
    policy: *const c_char,
    seed: u64,
    conversion: *mut *mut Conversion,
) -> Code {
    // SAFETY: the header's promises; the job is read in this call.
    unsafe {
        make(api, policy, conversion, |api, policy| {
            Ok(core::Conversion::prepare(api, read_job(job)?, policy, seed)?)
        })
    }
}

/// Makes a conversion that only uploads, to a process that another program prepared.
///
/// @param ticket  The ticket of the process, or its upload URL. Not NULL.
/// @param files   `file_count` files; several for the modes `combine` and `archive`. Not NULL.
/// @return `BAD_REQUEST` for something that is not a URL, `UNTRUSTED_URL` for one on another host.
///
/// The other parameters are those of `cloudconvert_begin_convert`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_begin_upload(
    api: *const Api,
    ticket: *const c_char,
    files: *const InputFile,
    file_count: usize,
    policy: *const c_char,
    seed: u64,
    conversion: *mut *mut Conversion,
) -> Code {
    // SAFETY: the header's promises; all texts are read in this call.
    unsafe {
        make(api, policy, conversion, |api, policy| {
            let ticket = text(ticket, "ticket")?;
            let file = |file: &InputFile| {
                unused(&file.reserved)?;
                let size = Some(file.size).filter(|size| *size != CLOUDCONVERT_UNKNOWN);
                Ok(core::InputFile { name: file_name(file.name, "name")?, size })
            };
            let files =
                array(files, file_count, "files")?.iter().map(file).collect::<Result<_, Failure>>()?;
            Ok(core::Conversion::upload(api, ticket, files, policy, seed)?)
        })
    }
}

/// Makes a conversion that follows a process which another program created, then downloads its output and deletes it, as
/// the policy says. Errors as in `cloudconvert_begin_upload`, parameters as in `cloudconvert_begin_convert`.
///
/// @param ticket  The ticket of the process, or its URL. Not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_begin_follow(
    api: *const Api,
    ticket: *const c_char,
    policy: *const c_char,
    seed: u64,
    conversion: *mut *mut Conversion,
) -> Code {
    // SAFETY: the header's promises; the URL is read in this call.
    unsafe {
        make(api, policy, conversion, |api, policy| {
            Ok(core::Conversion::follow(api, text(ticket, "ticket")?, policy, seed)?)
        })
    }
}

/// Makes a conversion that only deletes a process with its files, and cancels it if it runs. Parameters and errors as in
/// `cloudconvert_begin_follow`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_begin_delete(
    api: *const Api,
    ticket: *const c_char,
    policy: *const c_char,
    seed: u64,
    conversion: *mut *mut Conversion,
) -> Code {
    // SAFETY: the header's promises; the URL is read in this call.
    unsafe {
        make(api, policy, conversion, |api, policy| {
            Ok(core::Conversion::delete(api, text(ticket, "ticket")?, policy, seed)?)
        })
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
        make(api, std::ptr::null(), conversion, |api, _| {
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
        CONVERSIONS.with(conversion, |held| match &mut held.machine {
            Machine::Own(machine) => Ok(machine.supply(job)?),
            Machine::Member(_) => Err(batch::is_in_batch()),
        })
    })
}

/// Tells how far a conversion is.
///
/// @param progress  Where the answer is written. Not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_progress(
    conversion: *mut Conversion,
    progress: *mut Progress,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(progress, "progress") }?;
        CONVERSIONS.with(conversion, |held| {
            let seen = held.machine.look(|machine| (machine.progress(), machine.verified().count()))?;
            let (progress, verified) =
                seen.map_or((held.ended.clone(), 0), |(progress, verified)| (Some(progress), verified));
            let verified = verified.max(held.handed_out.outputs());
            let (progress, texts) = snapshot(progress.as_ref(), verified);
            held.progress = texts;
            out.set(progress);
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
            let saved = saved.ok_or_else(|| Failure::new(Code::WrongOrder, "the conversion has ended"))?;
            held.saved = CString::new(saved.to_json(&held.api)).map_err(|_| Failure::internal())?;
            out.set(held.saved.as_ptr());
            Ok(())
        })
    })
}

/// Frees a conversion, with all that was handed out of it. The service is not told: to clean up there, cancel first and
/// poll until `DONE`.
///
/// @param conversion  The handle, which is dead afterwards. NULL is allowed and does nothing.
/// @return `WRONG_ORDER` while it runs in a batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_free(conversion: *mut Conversion) -> Code {
    guard(|| {
        if conversion.is_null() {
            return Ok(());
        }
        let runs = CONVERSIONS.with(conversion, |held| match &held.machine {
            Machine::Member(membership) if membership.runs() => Err(batch::is_in_batch()),
            _ => Ok(()),
        });
        match runs {
            // After a bug, freeing is all that is left to do.
            Err(failure) if !failure.is_internal() => Err(failure),
            _ => CONVERSIONS.remove(conversion),
        }
    })
}
