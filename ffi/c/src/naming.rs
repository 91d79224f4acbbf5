//! Outputs in folders: by what their files are known again when a program ends between giving one its name and saving that.

use std::ffi::{CString, c_char};
use std::ptr;

use cloudconvert_core::Event;

use crate::conversion::Conversion;
use crate::failure::{Code, Failure, guard};
use crate::held::CONVERSIONS;
use crate::memory::{Out, optional_text, text};

/// Tells that an output is about to get a name in a folder: by what its file will be known again under whatever name, in the
/// program's own words, such as its number, the time and its size. Call it for each output, then keep what the last call
/// gave, then give the names. Not for a file that replaces another one.
///
/// @param output  The name that the request's sink had. Not NULL.
/// @param mark    By what the file is known. Not NULL.
/// @param saved   Where the text's address is written, which lives as that of `cloudconvert_conversion_save`; NULL where nothing
///                was kept before, and nothing has to be kept now. Not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_naming(
    conversion: *mut Conversion,
    output: *const c_char,
    mark: *const c_char,
    saved: *mut *const c_char,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for texts and a writable place; all are used in this call.
        let (output, mark, out) =
            unsafe { (text(output, "output")?, text(mark, "mark")?, Out::new(saved, "saved")?) };
        CONVERSIONS.with(conversion, |held| {
            let saved = held.machine.naming(vec![(output.to_owned(), mark.to_owned())])?;
            out.set(saved.map_or(Ok(ptr::null()), |saved| held.keep(saved))?);
            Ok(())
        })
    })
}

/// Tells that an output has this name now, in the folder that the user chose: after `SETTLE`, before
/// `cloudconvert_conversion_settled`. If another one then gets none, the error says which have names.
///
/// @param output  As in `cloudconvert_conversion_naming`. Not NULL.
/// @param name    The name of its file, without the folder. Not NULL.
/// @return `WRONG_ORDER` where no poll has answered `SETTLE`. So also `cloudconvert_conversion_settled`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_named(
    conversion: *mut Conversion,
    now: u64,
    output: *const c_char,
    name: *const c_char,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for texts; they are read in this call.
        let (output, name) = unsafe { (text(output, "output")?, text(name, "name")?) };
        CONVERSIONS.with(conversion, |held| {
            let id = held.handed_out.settling()?;
            held.machine.handle(now, Event::Named { id, output: output.to_owned(), name: name.to_owned() })
        })
    })
}

/// Tells that all outputs have their names, or that one of them gets none. Then those that have names keep them, nothing is
/// deleted on the service, and the conversion fails with `OUTPUT`; its message says where the service has them.
///
/// @param why  Why an output gets no name; NULL where all have theirs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_settled(
    conversion: *mut Conversion,
    now: u64,
    why: *const c_char,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a NUL-terminated string or NULL; it is read in this call.
        let why = unsafe { optional_text(why, "why") }?;
        CONVERSIONS.with(conversion, |held| {
            let event = held.handed_out.settled(why)?;
            held.machine.handle(now, event)
        })
    })
}

/// Asks, of a restored conversion whose output finds a name taken, whether the file there is this very output, which an earlier
/// program named. Then it stays, and no other one is written beside it.
///
/// @param output     As in `cloudconvert_conversion_naming`. Not NULL.
/// @param mark       By what the file that is there is known. Not NULL.
/// @param is_output  Where the answer is written. Not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_is_output(
    conversion: *mut Conversion,
    output: *const c_char,
    mark: *const c_char,
    is_output: *mut bool,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for texts and a writable place; all are used in this call.
        let (output, mark, out) =
            unsafe { (text(output, "output")?, text(mark, "mark")?, Out::new(is_output, "is_output")?) };
        CONVERSIONS.with(conversion, |held| {
            let is = held.machine.look(|machine| machine.is_output(output, mark))?;
            out.set(is.unwrap_or_default());
            Ok(())
        })
    })
}

/// The name that an output got, perhaps in an earlier program.
///
/// @param output  As in `cloudconvert_conversion_naming`. Not NULL.
/// @param name    Where the text's address is written; NULL where it has no name. The text lives until the next call of this
///                function for the same conversion, or until the conversion is freed. Not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_conversion_name(
    conversion: *mut Conversion,
    output: *const c_char,
    name: *mut *const c_char,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a text and a writable place; both are used in this call.
        let (output, out) = unsafe { (text(output, "output")?, Out::new(name, "name")?) };
        CONVERSIONS.with(conversion, |held| {
            let named = held.machine.look(|machine| {
                let named = machine.names().iter().find(|(other, _)| other == output);
                named.map(|(_, name)| name.clone())
            })?;
            let named = named.flatten().map(|name| CString::new(name).map_err(|_| Failure::internal()));
            out.set(match named.transpose()? {
                Some(name) => held.name.insert(name).as_ptr(),
                None => ptr::null(),
            });
            Ok(())
        })
    })
}
