//! What a user's own transport and clock are asked, in Python.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use cloudconvert_core::{Reason, Response};
use pyo3::exceptions::{
    PyBaseException, PyConnectionError, PyConnectionRefusedError, PyOSError, PyTimeoutError,
};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict};

use crate::exchange::{Exchange, Pieces};
use crate::interpreter::attach;
use crate::reader::Wait;
use crate::trouble::Trouble;

/// A request as a transport gets it.
#[pyclass(frozen, name = "Request", module = "cloudconvert_kit")]
pub(crate) struct PyRequest(Exchange);

#[pymethods]
impl PyRequest {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    #[getter]
    fn method(&self) -> &'static str {
        self.0.request.method.as_str()
    }

    /// The absolute URL. Redirects are not to be followed.
    #[getter]
    fn url(&self) -> &str {
        &self.0.request.url
    }

    /// Names in lower case, and values. `host` and `content-length` are the transport's to add.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let headers = PyDict::new(py);
        for (name, value) in &self.0.request.headers {
            headers.set_item(name, value)?;
        }
        Ok(headers)
    }

    /// How many bytes the body has; `None` where that is not known.
    #[getter]
    fn content_length(&self) -> Option<u64> {
        self.0.length()
    }

    /// The body in pieces, from its first byte.
    #[getter]
    fn body(&self) -> PyBody {
        PyBody(Mutex::new(self.0.body()))
    }

    /// Method and URL; headers may hold the key.
    fn __repr__(&self) -> String {
        format!("<Request {} {}>", self.0.request.method.as_str(), self.0.request.url)
    }
}

/// The pieces of a request's body.
#[pyclass(frozen, module = "cloudconvert_kit._native")]
struct PyBody(Mutex<Pieces>);

#[pymethods]
impl PyBody {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let piece = py.detach(|| self.0.lock().unwrap_or_else(PoisonError::into_inner).next(Wait::Yes));
        Ok(piece?.map(|piece| PyBytes::new(py, &piece)))
    }
}

/// Lets a transport send a request. Blocks, and is attached to the interpreter only where Python runs.
pub(crate) fn send(transport: &Py<PyAny>, exchange: &Exchange) -> Result<Response, Trouble> {
    let asked = attach(|py| {
        ask(py, transport, exchange).map_err(|trouble| match trouble {
            Trouble::Raised(error) => match reason_of(py, &error) {
                Some(reason) => {
                    exchange.traffic.failed(shown(py, error));
                    Trouble::Reason(exchange.traffic.reason(reason))
                }
                None => Trouble::Raised(error),
            },
            reason @ Trouble::Reason(_) => reason,
        })
    });
    asked.unwrap_or(Err(Trouble::Reason(Reason::Connection)))
}

/// Why there is no answer, where the exception is one of the network's.
fn reason_of(py: Python<'_>, error: &PyErr) -> Option<Reason> {
    if error.is_instance_of::<PyTimeoutError>(py) {
        return Some(Reason::Timeout);
    }
    if let Some(why) = refused(py, error) {
        return Some(Reason::Permanent(why));
    }
    if is_unreached(py, error) {
        return Some(Reason::Unreached);
    }
    error.is_instance_of::<PyOSError>(py).then_some(Reason::Connection)
}

/// The exception as others may see it: the query of a URL in its text may be a secret.
fn shown(py: Python<'_>, error: PyErr) -> PyErr {
    let said = error.value(py).to_string();
    if !said.contains('?') {
        return error;
    }
    let without = |word: &str| word.split('?').next().unwrap_or_default().to_owned();
    let open = said.split(' ').map(without).collect::<Vec<_>>().join(" ");
    let kind = error.get_type(py).name().map_or_else(|_| String::new(), |name| format!("{name}: "));
    PyConnectionError::new_err(kind + &open)
}

/// In what OpenSSL calls what would be the same the next time.
const PARTED: [&str; 8] = [
    "UNSUPPORTED_PROTOCOL",
    "PROTOCOL_VERSION",
    "WRONG_VERSION_NUMBER",
    "HANDSHAKE_FAILURE",
    "SHARED_CIPHER",
    "CERTIFICATE_REQUIRED",
    "BAD_CERTIFICATE",
    "UNKNOWN_CA",
];
/// How many errors may stand around the one of TLS: libraries wrap it in errors of their own.
const AROUND: usize = 8;

/// What TLS says is wrong, where that does not pass by itself.
fn refused(py: Python<'_>, error: &PyErr) -> Option<String> {
    let mut error = error.clone_ref(py);
    for _ in 0..AROUND {
        let value = error.value(py);
        if is_of(py, &error, "ssl", "SSLCertVerificationError") {
            return Some(format!("its certificate is refused: {value}"));
        }
        let reason = value.getattr("reason").ok();
        let parted = reason.as_ref().and_then(|reason| reason.extract::<String>().ok());
        if is_of(py, &error, "ssl", "SSLError")
            && parted.is_some_and(|parted| PARTED.iter().any(|known| parted.contains(known)))
        {
            return Some(format!("TLS with it is not possible: {value}"));
        }
        let held = reason.filter(PyAnyMethods::is_instance_of::<PyBaseException>);
        let behind = |name: &str| value.getattr(name).ok().filter(|error| !error.is_none());
        error = PyErr::from_value(held.or_else(|| behind("__cause__")).or_else(|| behind("__context__"))?);
    }
    None
}

/// Whether there never was a connection. Other errors of the network come after one, too.
fn is_unreached(py: Python<'_>, error: &PyErr) -> bool {
    error.is_instance_of::<PyConnectionRefusedError>(py) || is_of(py, error, "socket", "gaierror")
}

fn is_of(py: Python<'_>, error: &PyErr, module: &str, kind: &str) -> bool {
    let kind = py.import(module).and_then(|module| module.getattr(kind));
    kind.is_ok_and(|kind| error.is_instance(py, &kind))
}

fn ask(py: Python<'_>, transport: &Py<PyAny>, exchange: &Exchange) -> Result<Response, Trouble> {
    let answer = transport.bind(py).call_method1("send", (PyRequest(exchange.clone()),))?;
    let status: u16 = answer.getattr("status")?.extract()?;
    let mut headers = Vec::new();
    for pair in answer.getattr("headers")?.call_method0("items")?.try_iter()? {
        headers.push(pair?.extract::<(String, String)>()?);
    }
    let mut receiver = py.detach(|| exchange.receive(status, headers))?;
    let content = answer.getattr("content")?;
    let pieces = if content.is_instance_of::<PyBytes>() {
        vec![content].into_pyobject(py)?.into_any()
    } else {
        content
    };
    for piece in pieces.try_iter()? {
        let piece = Bytes::from_owner(piece?.extract::<PyBackedBytes>().map_err(PyErr::from)?);
        py.detach(|| receiver.push(&[piece]))?;
        receiver.tell();
        if receiver.is_full() {
            break;
        }
    }
    Ok(receiver.finish())
}

/// How much of an answer's body an exception keeps, in bytes.
const LIMIT: usize = 64 << 10;

/// The answer that an error came from, kept for the exception.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) content: Vec<u8>,
}

impl Answer {
    /// As far as it is of use to a person who looks for what went wrong.
    pub(crate) fn of(response: &Response) -> Self {
        let content = response.body.iter().take(LIMIT).copied().collect();
        Self { status: response.status, headers: response.headers.clone(), content }
    }

    /// A `cloudconvert_kit.Response`.
    pub(crate) fn to_python<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let headers = PyDict::new(py);
        for (name, value) in &self.headers {
            headers.set_item(name, value)?;
        }
        let content = PyBytes::new(py, &self.content);
        py.import("cloudconvert_kit.transport")?.call_method1("Response", (self.status, headers, content))
    }
}
