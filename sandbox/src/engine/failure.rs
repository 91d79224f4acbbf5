//! Why there is no result.

use serde::{Deserialize, Serialize};

/// Why there is no result.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Failure {
    Cancelled,
    /// 400: an option is wrong. Its name is as engines call it.
    BadOption(String),
    /// 400: what is asked for is wrong otherwise.
    BadParameter(String),
    /// 422: the input is wrong.
    BadInput(String),
    /// 422: it needs more than a conversion may have.
    TooMuchMemory,
    TooMuchOutput,
    /// 503: this machine fails.
    Unavailable(String),
}

impl Failure {
    #[allow(clippy::needless_pass_by_value)]
    pub(super) fn io(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::FileTooLarge => Self::TooMuchOutput,
            ErrorKind::OutOfMemory => Self::TooMuchMemory,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                Self::Unavailable("The disk of the conversion host is full".into())
            }
            kind => Self::Unavailable(format!("The conversion host had an internal error: {kind}")),
        }
    }

    /// What a message of the system is about, when it is not about the input. Libraries and programs hand it on among
    /// words of their own, and take it for the input's fault.
    pub(super) fn of_system(message: &str) -> Option<Self> {
        use std::io::ErrorKind::{FileTooLarge, OutOfMemory, StorageFull};
        const SAID: [(&str, std::io::ErrorKind); 9] = [
            ("no space left on device", StorageFull),
            ("quota exceeded", StorageFull),
            ("file too large", FileTooLarge),
            ("cannot allocate memory", OutOfMemory),
            ("memory allocation of", OutOfMemory),
            ("memory allocation failed", OutOfMemory),
            ("malloc of size", OutOfMemory),
            ("out of memory", OutOfMemory),
            ("bad_alloc", OutOfMemory),
        ];
        let message = message.to_lowercase();
        let said = SAID.iter().find(|(words, _)| message.contains(words));
        said.map(|(_, kind)| Self::io((*kind).into()))
    }

    pub(super) fn corrupt(what: &str, error: impl std::fmt::Display) -> Self {
        /// How libraries say that a file ends too early.
        const ENDED: [&str; 5] = [
            "unexpected end",
            "unexpected eof",
            "unexpectedeof",
            "failed to fill whole buffer",
            "not enough bytes",
        ];
        let error = error.to_string();
        let said = error.to_lowercase();
        let ended = ENDED.iter().any(|words| said.contains(words));
        if ended {
            return Self::broken_off(what);
        }
        Self::BadInput(format!("The input file is not a {what} that can be read: {}", error.trim_end()))
    }

    pub(super) fn broken_off(what: &str) -> Self {
        Self::BadInput(format!(
            "The input file is not a {what} that can be read: it is broken off; send the whole file"
        ))
    }
}
