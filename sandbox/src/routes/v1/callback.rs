//! The callback URL is told that a process has ended.

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;

use super::Process;
use super::process::Step;
use crate::app::App;

/// "we will retry to request the callback url up to 5 times"
const RETRIES: usize = 5;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for the end of a process, and tells of it.
pub(super) fn watch(app: &Arc<App>, process: &Process) {
    if process.0.begun().is_none_or(|begun| begun.tell.is_none()) {
        return;
    }
    let (app, process) = (app.clone(), process.clone());
    tokio::spawn(async move {
        process.0.wait().await;
        let _going_on = process.0.hold();
        tokio::select! {
            biased;
            () = process.0.removed.cancelled() => {}
            () = call(&app, &process) => {}
        }
    });
}

/// Calls `callback?id=…&url=…&step=…`, and again after a pause where it fails or answers 5xx.
async fn call(app: &App, process: &Process) {
    let Some(url) = url(process) else { return };
    for attempt in 0..=RETRIES {
        if attempt > 0 {
            tokio::time::sleep(app.config.callback_pause).await;
        }
        let answer = app.jobs.egress.get(&url, &HeaderMap::new(), PATIENCE).await;
        if answer.is_ok_and(|answer| answer.status().as_u16() < 500) {
            return;
        }
    }
    tracing::warn!(process = process.0.short_id(), "the callback was not heard");
}

fn url(process: &Process) -> Option<reqwest::Url> {
    let begun = process.0.begun()?;
    let mut url = begun.tell.clone()?;
    let step = process.step().map_or("error", Step::as_str);
    let process_url = process.url(&begun.base);
    url.query_pairs_mut().extend_pairs([
        ("id", process.0.id.as_str()),
        ("url", &process_url),
        ("step", step),
    ]);
    Some(url)
}
