//! Why a request has no answer.

use cloudconvert_core::Reason;
use pyo3::PyErr;

/// Why there is no answer: a reason that the core judges, or an exception, which is a mistake of the user's code.
pub(crate) enum Trouble {
    Reason(Reason),
    Raised(PyErr),
}

impl From<Reason> for Trouble {
    fn from(reason: Reason) -> Self {
        Self::Reason(reason)
    }
}

impl From<PyErr> for Trouble {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}
