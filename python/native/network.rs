//! What sends requests, and which clock counts: the kit's own, or what Python brought.

use std::sync::Arc;

use cloudconvert_core::{Reason, Response, Timestamp};
use pyo3::prelude::*;

use crate::exchange::Exchange;
use crate::http::Pool;
use crate::interpreter::attach;
use crate::runtime::{self, blocking};
use crate::transport;
use crate::trouble::Trouble;

/// What sends requests.
#[derive(Clone)]
pub(crate) enum Network {
    Own(Arc<Pool>),
    Python(Arc<Py<PyAny>>),
}

/// Which clock counts. With a clock of Python's, nothing happens beside a request, so that a test is in step.
#[derive(Clone)]
pub(crate) enum Clock {
    System,
    Python(Arc<Py<PyAny>>),
}

impl Network {
    /// Sends a request and receives its answer. Dropped, it is aborted.
    pub(crate) async fn send(&self, exchange: &Exchange) -> Result<Response, Trouble> {
        match self {
            Self::Own(pool) => Ok(pool.send(exchange).await?),
            Self::Python(transport) => {
                let (transport, exchange) = (transport.clone(), exchange.clone());
                let sent = blocking(move || transport::send(&transport, &exchange)).await;
                sent.unwrap_or(Err(Trouble::Reason(Reason::Connection)))
            }
        }
    }
}

impl Clock {
    /// Whether time goes on by itself.
    pub(crate) const fn runs(&self) -> bool {
        matches!(self, Self::System)
    }

    pub(crate) async fn now(&self) -> Timestamp {
        match self {
            Self::System => runtime::now(),
            Self::Python(clock) => ask(clock, |clock| clock.call_method0("now")?.extract()).await,
        }
    }

    pub(crate) async fn sleep(&self, until: Timestamp) {
        match self {
            Self::System => {
                tokio::time::sleep(until - runtime::now()).await;
            }
            Self::Python(clock) => {
                ask(clock, move |clock| clock.call_method1("wait", (until.as_millis(),)).map(|_| 0)).await;
            }
        }
    }
}

/// Asks a test's clock for milliseconds. Where it fails, time is over: the test sees its conversion end, and says why itself.
async fn ask(
    clock: &Arc<Py<PyAny>>,
    question: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<u64> + Send + 'static,
) -> Timestamp {
    let clock = clock.clone();
    let asked = blocking(move || {
        attach(|py| {
            question(clock.bind(py)).inspect_err(|error| error.clone_ref(py).write_unraisable(py, None)).ok()
        })
    });
    asked.await.flatten().flatten().map_or(Timestamp::MAX, Timestamp::from_millis)
}
