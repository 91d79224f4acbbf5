//! AES-GCM, for the addresses that a relay gives to pages: Python's standard library has no cipher.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::error::Unspecified;

/// Encrypts a text, and binds it to what stands beside it.
#[pyfunction]
pub(crate) fn encrypt<'py>(
    py: Python<'py>,
    key: &[u8],
    nonce: &[u8],
    beside: &[u8],
    text: &[u8],
) -> PyResult<Bound<'py, PyBytes>> {
    let mut text = text.to_vec();
    let encrypted = cipher(key, nonce)
        .and_then(|(key, nonce)| key.seal_in_place_append_tag(nonce, Aad::from(beside), &mut text));
    match encrypted {
        Ok(()) => Ok(PyBytes::new(py, &text)),
        Err(Unspecified) => Err(PyValueError::new_err("AES-GCM takes a key of 32 bytes and a nonce of 12")),
    }
}

/// What was encrypted so; nothing where something of it is another.
#[pyfunction]
pub(crate) fn decrypt<'py>(
    py: Python<'py>,
    key: &[u8],
    nonce: &[u8],
    beside: &[u8],
    encrypted: &[u8],
) -> Option<Bound<'py, PyBytes>> {
    let (key, nonce) = cipher(key, nonce).ok()?;
    let mut text = encrypted.to_vec();
    let text = key.open_in_place(nonce, Aad::from(beside), &mut text).ok()?;
    Some(PyBytes::new(py, text))
}

fn cipher(key: &[u8], nonce: &[u8]) -> Result<(LessSafeKey, Nonce), Unspecified> {
    let key = UnboundKey::new(&AES_256_GCM, key)?;
    Ok((LessSafeKey::new(key), Nonce::try_assume_unique_for_key(nonce)?))
}
