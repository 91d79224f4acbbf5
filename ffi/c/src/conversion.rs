//! One conversion as an object: made, looked at, freed. What it does is in `drive`, and at rest it is in `saved`.

use std::ffi::c_char;
use std::path::Path;

use cloudconvert_core as core;
use cloudconvert_core::{Job, Policy, Value};

use crate::api::{self, Api};
use crate::failure::{Code, Failure, guard};
use crate::held::{CONVERSIONS, HeldConversion, Machine, is_in_batch};
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

/// Makes a conversion, with what a C caller passes to all of them.
///
/// # Safety
/// As the header says.
pub(crate) unsafe fn make(
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
            Ok(CONVERSIONS.insert(HeldConversion {
                api,
                machine,
                handed_out: HandedOut::default(),
                response: core::Response::default(),
                progress: Texts::default(),
                ended: None,
                saved: None,
                name: None,
            }))
        })
    })
}

/// A job, a policy or a call.
pub(crate) fn json<'t>(text: &'t str, name: &str) -> Result<Value<'t>, Failure> {
    match serde_json::from_str(text) {
        Ok(object @ Value::Object(_)) => Ok(object),
        _ => Err(Failure::new(
            Code::BadRequest,
            ["`", name, "` is not a JSON object: check how it is written"].concat(),
        )),
    }
}

/// # Safety
/// `text` is NULL or a NUL-terminated string.
pub(crate) unsafe fn read_job(job: *const c_char) -> Result<Job, Failure> {
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

/// Makes a conversion of one file that is uploaded, with no options: what most programs want. Parameters and errors as in
/// `cloudconvert_begin_convert`, which makes any other.
///
/// @param path  The file. Only its name is used, the last part of the path. Not NULL. Bytes that are not UTF-8 are sent as `%E9`.
/// @param size  Its size in bytes; `CLOUDCONVERT_UNKNOWN` where that is not known.
/// @param to    The output format, such as `jpg`. Not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_begin_file(
    api: *const Api,
    path: *const c_char,
    size: u64,
    to: *const c_char,
    policy: *const c_char,
    seed: u64,
    conversion: *mut *mut Conversion,
) -> Code {
    // SAFETY: the header's promises; all texts are read in this call.
    unsafe {
        make(api, policy, conversion, |api, policy| {
            let (path, to) = (file_name(path, "path")?, text(to, "to")?);
            let mut job = Value::object();
            job.set("input", "upload");
            job.set("name", Path::new(&path).file_name().unwrap_or_default().to_string_lossy().into_owned());
            job.set_some("size", Some(size).filter(|size| *size != CLOUDCONVERT_UNKNOWN));
            job.set("to", to);
            Ok(core::Conversion::new(api, Job::from_value(&job)?, policy, seed)?)
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
            Machine::Member(membership) if membership.runs() => Err(is_in_batch()),
            _ => Ok(()),
        });
        match runs {
            // After a bug, freeing is all that is left to do.
            Err(failure) if !failure.is_internal() => Err(failure),
            _ => CONVERSIONS.remove(conversion),
        }
    })
}
