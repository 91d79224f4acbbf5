//! Outputs get their names: written to the disk first, then named one after the other.

use std::io;
use std::sync::Arc;

use cloudconvert_core::{Event, Reason};
use pyo3::PyErr;

use crate::exchange::Files;
use crate::runtime::blocking;
use crate::traffic::Traffic;
use crate::wanted::Waiting;

/// Which outputs got names, and why not all did.
#[derive(Default)]
pub(crate) struct Settled {
    names: Vec<(String, String)>,
    failure: Option<io::Error>,
}

impl Settled {
    pub(crate) fn failed(failure: io::Error) -> Self {
        Self { names: Vec::new(), failure: Some(failure) }
    }

    /// The same as the machine is told it. What it failed with is kept.
    pub(crate) fn events(self, id: u64, traffic: &Traffic) -> Vec<Event> {
        let named = |(output, name)| Event::Named { id, output, name };
        let mut events: Vec<_> = self.names.into_iter().map(named).collect();
        events.push(match self.failure {
            None => Event::Settled { id },
            Some(failure) => {
                let reason = Reason::Sink(failure.to_string());
                traffic.failed(PyErr::from(failure));
                Event::Failed { id, reason }
            }
        });
        events
    }
}

/// Writes all outputs to the disk. Tells by what those are known again that replace nothing.
pub(crate) async fn flush(files: &Arc<Files>) -> io::Result<Vec<(String, String)>> {
    let files = files.clone();
    blocking(move || files.store().flush()).await.unwrap_or_else(|| Ok(Vec::new()))
}

/// Gives the outputs their names. `is_output` knows by their marks those that an earlier process named.
pub(crate) async fn name(
    files: &Arc<Files>,
    is_output: impl Fn(&str, &str) -> bool + Send + 'static,
) -> Settled {
    let (files, waiting) = (files.clone(), Waiting::begin());
    let wanted = waiting.wanted();
    let settled = blocking(move || {
        let mut names = Vec::new();
        let tell = |output: &str, name: &str| names.push((output.to_owned(), name.to_owned()));
        let failure = files.store().settle(tell, is_output, &|| wanted.check()).err();
        Settled { names, failure }
    });
    settled.await.unwrap_or_default()
}
