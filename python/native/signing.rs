//! What a secret signs: webhooks and URLs. No network is needed for them.

use cloudconvert_core::{Native, SignedUrl, Webhook};
use pyo3::prelude::*;

use crate::error::refuse;
use crate::value::{from_python, to_python};

/// Checks a webhook, then reads it: `event`, `jobId` and `job`.
#[pyfunction]
pub(crate) fn verify_webhook<'py>(
    py: Python<'py>,
    body: &[u8],
    signature: &str,
    secret: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let webhook = Webhook::verify(&Native, body, signature, secret).map_err(|error| refuse(py, &error))?;
    to_python(py, &webhook.to_value())
}

/// A signed URL that runs a job.
#[pyfunction]
pub(crate) fn sign_url(
    py: Python<'_>,
    base: &str,
    secret: &str,
    job: &Bound<'_, PyAny>,
    cache_key: Option<&str>,
) -> PyResult<String> {
    SignedUrl::sign(&Native, base, secret, &from_python(job)?, cache_key).map_err(|error| refuse(py, &error))
}

/// Checks a signed URL, then reads it: its job and its cache key.
#[pyfunction]
pub(crate) fn verify_url<'py>(
    py: Python<'py>,
    url: &str,
    secret: &str,
) -> PyResult<(Bound<'py, PyAny>, Option<String>)> {
    let signed = SignedUrl::verify(&Native, url, secret).map_err(|error| refuse(py, &error))?;
    Ok((to_python(py, &signed.job)?, signed.cache_key))
}
