//! Errors and panics as codes, and the last message of a thread.

use std::cell::RefCell;
use std::ffi::{CString, c_char, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};

use cloudconvert_core as core;

/// What became of a call, and what a conversion ended with.
///
/// Positive codes are failures of a conversion, the same in every language of the kit. Negative codes are mistakes in
/// the calling program; a call that answers one has done nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum Code {
    /// It worked.
    Ok = 0,
    /// A parameter is missing, wrong or contradicts another (also: HTTP 400).
    BadRequest = 1,
    /// The API key is missing or wrong (HTTP 401, 403), or its account has no credits (402).
    Unauthorized = 2,
    /// The service does not know the process: it was deleted, has expired, or never was (HTTP 404, 410).
    NotFound = 3,
    /// The service could not convert this input (HTTP 422).
    ConversionFailed = 4,
    /// The service has no capacity or an internal error, and the retries are used up.
    Unavailable = 5,
    /// The service asked to slow down for longer than the conversion may last (HTTP 429).
    Throttled = 6,
    /// The connection failed, and the retries are used up.
    Network = 7,
    /// The conversion's deadline passed.
    Timeout = 8,
    /// Cancelled by the caller.
    Cancelled = 9,
    /// The answer is not the API's, or an output is not whole.
    InvalidResponse = 10,
    /// The service named a URL on a host that is not trusted. See `cloudconvert_api_trust`.
    UntrustedUrl = 11,
    /// The input cannot be read.
    Input = 12,
    /// The output cannot be written.
    Output = 13,
    /// A failure that this version of the header has no code for.
    Other = 14,
    /// A pointer is NULL that must not be.
    NullPointer = -1,
    /// A handle is not in use: it was freed, or never came from this library.
    DeadHandle = -2,
    /// A string is not UTF-8.
    NotUtf8 = -3,
    /// A call came before the one that it needs.
    WrongOrder = -4,
    /// A number is out of the range of its parameter.
    OutOfRange = -5,
    /// A bug in this library, with a handle that can only be freed now.
    Internal = -6,
}

/// A number of [`Code`] as C passes it: perhaps none of them.
pub type CodeNumber = c_int;

impl From<core::Code> for Code {
    fn from(code: core::Code) -> Self {
        match code {
            core::Code::BadRequest => Self::BadRequest,
            core::Code::Unauthorized => Self::Unauthorized,
            core::Code::NotFound => Self::NotFound,
            core::Code::ConversionFailed => Self::ConversionFailed,
            core::Code::Unavailable => Self::Unavailable,
            core::Code::Throttled => Self::Throttled,
            core::Code::Network => Self::Network,
            core::Code::Timeout => Self::Timeout,
            core::Code::Cancelled => Self::Cancelled,
            core::Code::InvalidResponse => Self::InvalidResponse,
            core::Code::UntrustedUrl => Self::UntrustedUrl,
            core::Code::Input => Self::Input,
            core::Code::Output => Self::Output,
            _ => Self::Other,
        }
    }
}

/// Why a call did nothing.
#[derive(Debug)]
pub(crate) struct Failure {
    code: Code,
    message: String,
}

impl Failure {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(crate) fn null(name: &str) -> Self {
        Self::new(Code::NullPointer, ["`", name, "` is NULL"].concat())
    }

    pub(crate) fn internal() -> Self {
        Self::new(Code::Internal, "there is a bug in this library: free the handle and report it")
    }

    pub(crate) fn is_internal(&self) -> bool {
        self.code == Code::Internal
    }
}

impl From<core::Error> for Failure {
    fn from(error: core::Error) -> Self {
        Self::new(error.code.into(), error.message.clone())
    }
}

thread_local! {
    static LAST: RefCell<CString> = RefCell::default();
}

/// Runs the body of a function of the ABI: no panic leaves it, and a failure leaves its message.
pub(crate) fn guard(body: impl FnOnce() -> Result<(), Failure>) -> Code {
    let result = catch_unwind(AssertUnwindSafe(body));
    let Err(failure) = result.unwrap_or_else(|_| Err(Failure::internal())) else { return Code::Ok };
    let message = CString::new(failure.message.replace('\0', "?")).unwrap_or_default();
    // A thread that is ending has no last message any more.
    let _ = LAST.try_with(|last| last.replace(message));
    failure.code
}

/// The message of the last call on this thread that answered another code than `CLOUDCONVERT_CODE_OK`, for people; empty
/// before the first. It never holds the API key.
///
/// Lives until the next such call on this thread, or until the thread ends. Never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn cloudconvert_last_message() -> *const c_char {
    LAST.try_with(|last| last.borrow().as_ptr()).unwrap_or(c"".as_ptr())
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn no_panic_leaves_a_call() {
        assert_eq!(guard(|| panic!("a bug")), Code::Internal);
        // SAFETY: the message is a NUL-terminated string that lives until the next failure of this thread.
        let message = unsafe { CStr::from_ptr(cloudconvert_last_message()) };
        assert!(message.to_str().unwrap().contains("bug in this library"));
    }

    #[test]
    fn a_message_with_a_nul_is_kept() {
        assert_eq!(guard(|| Err(Failure::new(Code::Other, "a\0b"))), Code::Other);
        // SAFETY: as above.
        assert_eq!(unsafe { CStr::from_ptr(cloudconvert_last_message()) }, c"a?b");
    }
}
