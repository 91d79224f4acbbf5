//! The core for Python. The face that people see is `cloudconvert_kit`; this module is private to it.
//!
//! The conversions of a client are members of one batch (`hub`), which `driver` runs on a thread of the kit's own
//! (`runtime`); Python's threads and event loops only wait for them (`run`). Nothing on that thread ever waits for
//! the interpreter.

mod ask;
mod calls;
mod certificates;
mod cipher;
mod download;
mod driver;
mod error;
mod exchange;
mod http;
mod hub;
mod input;
mod interpreter;
mod kind;
mod mark;
mod member;
mod network;
mod output;
mod part;
mod piece;
mod place;
mod pour;
mod reader;
mod run;
mod runtime;
mod service;
mod settling;
mod signing;
mod source;
mod spool;
mod store;
mod target;
mod task;
mod traffic;
mod transport;
mod trouble;
mod upload;
mod value;
mod wanted;

use pyo3::prelude::*;

/// What `cloudconvert_kit` is built on.
#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::cipher::{decrypt, encrypt};
    #[pymodule_export]
    use crate::input::Input;
    #[pymodule_export]
    use crate::output::{Download, move_into, move_to};
    #[pymodule_export]
    use crate::run::Run;
    #[pymodule_export]
    use crate::service::{Service, is_folder};
    #[pymodule_export]
    use crate::signing::{sign_url, verify_url, verify_webhook};
    #[pymodule_export]
    use crate::transport::PyRequest;

    /// Where the service is, unless a user says otherwise.
    #[pymodule_export]
    const DEFAULT_BASE: &str = cloudconvert_core::DEFAULT_BASE;

    /// How many of many conversions run at once, unless a user says otherwise.
    #[pymodule_export]
    const DEFAULT_CONCURRENCY: usize = cloudconvert_core::Concurrency::DEFAULT.get();

    use pyo3::prelude::*;

    /// All conversions that run in this process.
    #[pyfunction]
    fn running(py: Python<'_>) -> Vec<Run> {
        crate::run::all(py)
    }

    /// Forgets the threads of the parent, in a forked child.
    #[pyfunction]
    fn forked() {
        crate::interpreter::forked();
    }

    /// Keeps the kit's threads out of Python, which is about to end.
    #[pyfunction]
    fn close(py: Python<'_>) {
        crate::interpreter::close(py);
    }

    /// Whether a text is a URL that the service can load from, and no path. Paths may have names that are not UTF-8.
    #[pyfunction]
    fn is_url(text: &Bound<'_, pyo3::types::PyString>) -> bool {
        text.to_cow().is_ok_and(|text| cloudconvert_core::is_full_url(&text))
    }

    /// A name that is safe to write, from any proposed one.
    #[pyfunction]
    fn safe_name(name: &str) -> String {
        cloudconvert_core::safe_name(name)
    }
}
