//! Webhooks on their way out: of the account, and of a job. Each is signed over its raw body, and sent again where it fails.
//!
//! API documentation: <https://cloudconvert.com/api/v2/webhooks>.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinHandle;

use super::answer::with_escaped_slashes;
use super::shape::{self, Include};
use crate::app::App;
use crate::fault::{Cut, Kind};
use crate::jobs::{Hook, Job, Status};
use crate::sign::Signer;

/// "three more tries with pauses"
const RETRIES: usize = 3;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Delivered {
    Yes,
    No,
    /// 410: the receiver wants no more.
    Gone,
}

/// Deliveries that are under way, by the webhook of the account that they go to.
type UnderWay = HashMap<u64, JoinHandle<()>>;

/// Tells of a job that has begun and does not run yet, and of its end once it has come.
pub(super) fn watch(app: &Arc<App>, job: &Arc<Job>) {
    let begun = tell_account(app, job, "job.created", UnderWay::new());
    let (app, job) = (app.clone(), job.clone());
    tokio::spawn(async move {
        job.wait().await;
        if job.removed.is_cancelled() {
            return;
        }
        let _going_on = job.hold();
        let event = if job.status() == Status::Finished { "job.finished" } else { "job.failed" };
        tell_account(&app, &job, event, begun);
        if let Some(url) = job.begun().and_then(|begun| begun.tell.as_ref()) {
            // The documentation does not say which secret signs it; here it is the key that created the job.
            deliver(&app, url.as_str(), &job.key, &body(&app, &job, event)).await;
        }
    });
}

/// Tells the webhooks of the account about an event of a job as it is now; each of them once it has been told what came before.
fn tell_account(app: &Arc<App>, job: &Arc<Job>, event: &'static str, mut before: UnderWay) -> UnderWay {
    let hooks: Vec<Hook> =
        app.jobs.store.hooks(&job.key).into_iter().filter(|hook| wants(hook, event)).collect();
    if hooks.is_empty() {
        return UnderWay::new();
    }
    let body: Arc<str> = body(app, job, event).into();
    let deliveries = hooks.into_iter().map(|Hook { id, .. }| {
        let (app, job, body, before) = (app.clone(), job.clone(), body.clone(), before.remove(&id));
        let delivery = tokio::spawn(async move {
            let _going_on = job.hold();
            if let Some(before) = before {
                let _ = before.await;
            }
            // Meanwhile it may have been deleted, or want no more.
            let mut hooks = app.jobs.store.hooks(&job.key).into_iter();
            let Some(hook) = hooks.find(|hook| hook.id == id && wants(hook, event)) else { return };
            let delivered = deliver(&app, &hook.url, &hook.secret, &body).await;
            app.jobs.store.note_hook(id, delivered == Delivered::Gone, delivered == Delivered::No);
        });
        (id, delivery)
    });
    deliveries.collect()
}

fn wants(hook: &Hook, event: &str) -> bool {
    !hook.disabled && hook.events.iter().any(|known| known == event)
}

/// What is told of an event, as the job is now.
fn body(app: &App, job: &Job, event: &str) -> String {
    with_escaped_slashes(
        &json!({"event": event, "job": shape::job(app, job, Include::default())}).to_string(),
    )
}

/// Sends a body to a URL until it is heard.
async fn deliver(app: &App, url: &str, secret: &str, body: &str) -> Delivered {
    let Ok(url) = url.parse() else { return Delivered::No };
    let signature = Signer::new(secret).sign(body.as_bytes());
    for attempt in 0..=RETRIES {
        if attempt > 0 {
            tokio::time::sleep(app.config.callback_pause).await;
        }
        let fault = app.jobs.faults.strike(Kind::Webhook).unwrap_or_default();
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
        if !fault.is_done() {
            continue;
        }
        let sent = app.jobs.egress.post(&url, body, &signature).await;
        if fault.status.is_some() || fault.cut == Some(Cut::After) {
            continue;
        }
        match sent.map(|answer| answer.status().as_u16()) {
            Ok(410) => return Delivered::Gone,
            // A redirect that is not followed has led the event nowhere.
            Ok(200..=299 | 400..=499) => return Delivered::Yes,
            _ => {}
        }
    }
    Delivered::No
}
