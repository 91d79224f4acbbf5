//! The core's errors as Python's exceptions, of which there is one class for each code.

use cloudconvert_core::{Code, Error};
use pyo3::prelude::*;

use crate::transport::Answer;
use crate::value::to_python;

/// The exception for an error, with the answer that it came from, or with what a request failed with.
pub(crate) fn raise(py: Python<'_>, error: &Error, answer: Option<&Answer>, cause: Option<PyErr>) -> PyErr {
    let exception = || {
        let facts = to_python(py, &error.to_value())?;
        let answer = answer.map(|answer| answer.to_python(py)).transpose()?;
        py.import("cloudconvert_kit.errors")?.call_method1("from_facts", (facts, answer))
    };
    let raised = exception().map_or_else(|error| error, PyErr::from_value);
    raised.set_cause(py, cause);
    raised
}

/// The exception for an error before anything was sent.
pub(crate) fn refuse(py: Python<'_>, error: &Error) -> PyErr {
    raise(py, error, None, None)
}

pub(crate) fn bad_request(py: Python<'_>, message: impl Into<String>) -> PyErr {
    refuse(py, &Error::new(Code::BadRequest, message))
}
