//! Where outputs are written, and what may be another where a saved conversion goes on.

use std::ffi::{CStr, c_char};
use std::ptr;

use cloudconvert_core::SaveTo;

use crate::conversion::{Conversion, json};
use crate::failure::{Code, guard};
use crate::held::CONVERSIONS;
use crate::memory::{Out, text};

/// Tells where outputs are written, and what stands there. Call it before the first poll: then several outputs never go to one
/// place, and what contradicts itself is refused before anything is asked for.
///
/// @param named  A JSON object. "path" is what the user wrote: with a slash at its end it is a folder. "present" is what it leads to:
///               "nothing", "file", "folder", "stream" (a pipe, a device of characters, a stream that has no path) or "other".
///               "has_parent" says whether the folder is there that it would stand in. Not NULL.
/// @param does   Where the address of a text is written that says what to do, and lives as long as the program: "file" (replace
///               what is there, or what a link there leads to, in one step), "stream" (write into it), "folder", or "make" (make
///               the folder first). Not NULL.
/// @return `BAD_REQUEST` or `OUTPUT` where outputs cannot go there, `WRONG_ORDER` for a conversion in a batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_write_to(
    conversion: *mut Conversion,
    named: *const c_char,
    does: *mut *const c_char,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a text and a writable place; both are used in this call.
        let (named, out) = unsafe { (text(named, "named")?, Out::new(does, "does")?) };
        CONVERSIONS.with(conversion, |held| {
            let machine = held.machine.own()?;
            let save_to = machine.write_to(&json(named, "named")?)?;
            out.set(save_to.map_or(ptr::null(), |save_to| word(save_to).as_ptr()));
            Ok(())
        })
    })
}

/// Changes the policy of a restored conversion. Its members take the place of those that were saved; "retries", "throttles" and
/// "deadline" count from now on. "download" may change as long as no output has its name.
///
/// @param policy  As that of `cloudconvert_begin_convert`. Not NULL.
/// @return `BAD_REQUEST` for a value that a member cannot take, or cannot take any more; `WRONG_ORDER` for a conversion in a batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_change(
    conversion: *mut Conversion,
    policy: *const c_char,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a text; it is read in this call.
        let policy = unsafe { text(policy, "policy") }?;
        CONVERSIONS.with(conversion, |held| {
            let machine = held.machine.own()?;
            Ok(machine.change(&json(policy, "policy")?)?)
        })
    })
}

/// A text that lives as long as the program.
const fn word(save_to: SaveTo) -> &'static CStr {
    match save_to {
        SaveTo::File => c"file",
        SaveTo::Stream => c"stream",
        SaveTo::Folder { make: false } => c"folder",
        SaveTo::Folder { make: true } => c"make",
    }
}
