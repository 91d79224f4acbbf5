//! The pieces in which all is read.

use bytes::Bytes;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView};

/// How much is read at a time, in bytes: what fits into a processor's own memory several times.
pub(crate) const PIECE: usize = 256 << 10;

/// What a source gives, as bytes.
pub(crate) fn bytes_of(piece: &Bound<'_, PyAny>) -> PyResult<Bytes> {
    if let Ok(bytes) = piece.cast::<PyBytes>() {
        return Ok(Bytes::from_owner(PyBackedBytes::from(bytes.clone())));
    }
    if piece.is_instance_of::<PyByteArray>() || piece.is_instance_of::<PyMemoryView>() {
        let copy = piece.py().get_type::<PyBytes>().call1((piece,))?.cast_into::<PyBytes>()?;
        return Ok(Bytes::from_owner(PyBackedBytes::from(copy)));
    }
    let kind = piece.get_type().name()?.to_string();
    Err(PyTypeError::new_err(format!(
        "it gives {kind} where bytes are needed; open files in binary mode (\"rb\")"
    )))
}
