//! Names for people, and what else needs no handle.

use std::collections::hash_map::RandomState;
use std::ffi::{CStr, c_char};
use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;
use std::time::{Instant, SystemTime};

use crate::failure::{Code, CodeNumber, Failure, guard};
use crate::memory::{file_name, fill, room, text};
use crate::progress::{Stage, StageNumber};

/// The library's version, such as `0.1.0`. Static, never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn cloudconvert_version() -> *const c_char {
    const VERSION: &CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => panic!("a version has no NUL"),
        };
    VERSION.as_ptr()
}

/// A number for the `seed` of a conversion, from the operating system's randomness.
#[unsafe(no_mangle)]
pub extern "C" fn cloudconvert_seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// The time as every function takes it: milliseconds since 1970 (UTC), on a clock that only goes forward. People and NTP set the
/// wall clock, which changes nothing here once this was called.
#[unsafe(no_mangle)]
pub extern "C" fn cloudconvert_now() -> u64 {
    static BEGUN: OnceLock<(Instant, u64)> = OnceLock::new();
    let milliseconds = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let (instant, begun) = BEGUN.get_or_init(|| {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        (Instant::now(), milliseconds(wall))
    });
    begun.saturating_add(milliseconds(instant.elapsed()))
}

/// Writes a text as a JSON string, in quotes and with escapes, for the jobs that a program puts together itself.
///
/// @param plain   The text, such as a file's name. Not NULL. Bytes that are not UTF-8 are written as `%E9`.
/// @param quoted  Where the JSON is written, NUL-terminated. Not NULL.
/// @param size    How many bytes there is room for; six times the text and three always suffice.
/// @return `OUT_OF_RANGE` if there is not enough room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_quote(plain: *const c_char, quoted: *mut c_char, size: usize) -> Code {
    guard(|| {
        // SAFETY: the header asks for a NUL-terminated string and for room; both are used in this call.
        let (plain, quoted) = unsafe { (file_name(plain, "plain")?, room(quoted, size, "quoted")?) };
        let json = serde_json::to_string(&plain).map_err(|_| Failure::internal())?;
        fill(quoted, &json)
    })
}

/// Writes a name for a file in a folder where so many earlier ones are taken: with a number before the extension, as
/// `photo (2).jpg`. So no output replaces a file that the user has not named.
///
/// @param name    The name of a request's sink. Not NULL.
/// @param taken   How many names were tried; 0 gives the name itself.
/// @param result  Where the name is written, NUL-terminated. Not NULL.
/// @param size    How many bytes there is room for; the name and 14 always suffice.
/// @return `OUT_OF_RANGE` if there is not enough room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_numbered_name(
    name: *const c_char,
    taken: u32,
    result: *mut c_char,
    size: usize,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a NUL-terminated string and for room; both are used in this call.
        let (name, result) = unsafe { (text(name, "name")?, room(result, size, "result")?) };
        fill(result, &cloudconvert_core::numbered_name(name, taken))
    })
}

/// Writes the format that the name of a file tells, as `jpg` or `tar.gz`, for the `to` of a job whose output becomes this file.
///
/// @param name    The name of the file, perhaps with folders. Not NULL.
/// @param result  Where the format is written, NUL-terminated; an empty text where the name tells none. Not NULL.
/// @param size    How many bytes there is room for; 33 always suffice.
/// @return `OUT_OF_RANGE` if there is not enough room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_format_of(
    name: *const c_char,
    result: *mut c_char,
    size: usize,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a NUL-terminated string and for room; both are used in this call.
        let (name, result) = unsafe { (file_name(name, "name")?, room(result, size, "result")?) };
        fill(result, &cloudconvert_core::format_of(&name).unwrap_or_default())
    })
}

/// The name of a code, the same in every language of the kit: `bad_request`, `conversion_failed`, … Static, never NULL;
/// `unknown` for a number that is not a code.
#[unsafe(no_mangle)]
pub extern "C" fn cloudconvert_code_name(code: CodeNumber) -> *const c_char {
    const NAMES: &[(Code, &CStr)] = &[
        (Code::Ok, c"ok"),
        (Code::BadRequest, c"bad_request"),
        (Code::Unauthorized, c"unauthorized"),
        (Code::NotFound, c"not_found"),
        (Code::ConversionFailed, c"conversion_failed"),
        (Code::Unavailable, c"unavailable"),
        (Code::Throttled, c"throttled"),
        (Code::Network, c"network"),
        (Code::Timeout, c"timeout"),
        (Code::Cancelled, c"cancelled"),
        (Code::InvalidResponse, c"invalid_response"),
        (Code::UntrustedUrl, c"untrusted_url"),
        (Code::Input, c"input"),
        (Code::Output, c"output"),
        (Code::Other, c"other"),
        (Code::NullPointer, c"null_pointer"),
        (Code::DeadHandle, c"dead_handle"),
        (Code::NotUtf8, c"not_utf8"),
        (Code::WrongOrder, c"wrong_order"),
        (Code::OutOfRange, c"out_of_range"),
        (Code::Internal, c"internal"),
    ];
    let found = NAMES.iter().find(|(known, _)| *known as CodeNumber == code);
    found.map_or(c"unknown", |(_, name)| name).as_ptr()
}

/// The name of a stage: `create`, `start`, `upload`, `convert`, `download`, `delete` or `done`. Static, never NULL;
/// `unknown` for a number that is not a stage.
#[unsafe(no_mangle)]
pub extern "C" fn cloudconvert_stage_name(stage: StageNumber) -> *const c_char {
    const NAMES: &[(Stage, &CStr)] = &[
        (Stage::Create, c"create"),
        (Stage::Start, c"start"),
        (Stage::Upload, c"upload"),
        (Stage::Convert, c"convert"),
        (Stage::Download, c"download"),
        (Stage::Delete, c"delete"),
        (Stage::Done, c"done"),
    ];
    let found = NAMES.iter().find(|(known, _)| *known as StageNumber == stage);
    found.map_or(c"unknown", |(_, name)| name).as_ptr()
}
