//! The callback URL is told that a process has ended.

use std::time::Duration;

use crate::app::App;
use crate::process::{Process, Step};

/// "we will retry to request the callback url up to 5 times"
const RETRIES: usize = 5;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Calls `callback?id=…&url=…&step=…`, and again after a pause where it fails or answers 5xx.
pub(super) async fn call(app: &App, process: &Process) {
    let Some(url) = url(process) else { return };
    for attempt in 0..=RETRIES {
        if attempt > 0 {
            tokio::time::sleep(app.config.callback_pause).await;
        }
        let answer = app.egress.get(&url, PATIENCE).await;
        if answer.is_ok_and(|answer| answer.status().as_u16() < 500) {
            return;
        }
    }
    tracing::warn!(process = process.short_id(), "the callback was not heard");
}

fn url(process: &Process) -> Option<reqwest::Url> {
    let state = process.state.borrow();
    let mut url = state.job.callback.clone()?;
    let step = state.step.map_or("error", Step::as_str);
    let process_url = process.url(&state.job.host);
    url.query_pairs_mut().extend_pairs([("id", process.id.as_str()), ("url", &process_url), ("step", step)]);
    Some(url)
}
