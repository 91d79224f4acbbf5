//! What a secret signs: webhooks and URLs. No network is needed for them.

use cloudconvert_core::{Native, SignedUrl, Webhook};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::error::refuse;
use crate::value::{from_python, to_python, unicode};

/// Checks a webhook, then reads it: `event`, `jobId` and `job`.
#[pyfunction]
pub(crate) fn verify_webhook<'py>(
    py: Python<'py>,
    body: &[u8],
    signature: &Bound<'py, PyString>,
    secret: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    let webhook = Webhook::verify(&Native, body, &unicode(signature)?, &unicode(secret)?);
    let webhook = webhook.map_err(|error| refuse(py, &error))?;
    to_python(py, &webhook.to_value())
}

/// A signed URL that runs a job.
#[pyfunction]
pub(crate) fn sign_url(
    py: Python<'_>,
    base: &Bound<'_, PyString>,
    secret: &Bound<'_, PyString>,
    job: &Bound<'_, PyAny>,
    cache_key: Option<&Bound<'_, PyString>>,
) -> PyResult<String> {
    let cache_key = cache_key.map(unicode).transpose()?;
    let job = from_python(job)?;
    let url = SignedUrl::sign(&Native, &unicode(base)?, &unicode(secret)?, &job, cache_key.as_deref());
    url.map_err(|error| refuse(py, &error))
}

/// Checks a signed URL, then reads it: its job and its cache key.
#[pyfunction]
pub(crate) fn verify_url<'py>(
    py: Python<'py>,
    url: &Bound<'py, PyString>,
    secret: &Bound<'py, PyString>,
) -> PyResult<(Bound<'py, PyAny>, Option<String>)> {
    let signed = SignedUrl::verify(&Native, &unicode(url)?, &unicode(secret)?);
    let signed = signed.map_err(|error| refuse(py, &error))?;
    Ok((to_python(py, &signed.job)?, signed.cache_key))
}
