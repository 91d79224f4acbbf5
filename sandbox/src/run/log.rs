//! A line for each conversion: what was done, and what came of it. Neither names nor contents of files are in it.

use std::time::Duration;

use tracing::info;

use crate::process::Process;

pub(super) fn ended(process: &Process, took: Duration) {
    let state = process.state.borrow();
    let (job, output) = (&state.job, state.output.as_ref());
    info!(
        process = process.short_id(),
        from = process.input_format,
        to = job.output_format,
        mode = job.mode.as_str(),
        converter = job.converter,
        inputs = state.inputs.len(),
        bytes = state.input_size(),
        made = output.map_or(0, |output| output.whole.size),
        status = state.failure.as_ref().map_or(200, |failure| failure.status),
        ms = took.as_millis(),
        "converted"
    );
}
