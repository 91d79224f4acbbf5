//! Webhooks on their way out: of the account, and of a job. Each is signed over its raw body, and sent again where it fails.
//!
//! API documentation: <https://cloudconvert.com/api/v2/webhooks>.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::shape;
use crate::app::App;
use crate::fault::{Cut, Kind};
use crate::jobs::{Job, Status};
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

/// Tells of the beginning of a job and, once it has come, of its end.
pub(super) fn watch(app: &Arc<App>, job: &Arc<Job>) {
    let (app, job) = (app.clone(), job.clone());
    tokio::spawn(async move {
        tell(&app, &job, "job.created").await;
        job.wait().await;
        if job.removed.is_cancelled() {
            return;
        }
        let _going_on = job.hold();
        let event = if job.status() == Status::Finished { "job.finished" } else { "job.failed" };
        tell(&app, &job, event).await;
    });
}

/// Tells the webhooks of the account, and that of the job, about an event.
async fn tell(app: &Arc<App>, job: &Arc<Job>, event: &str) {
    let of_account = app.jobs.store.hooks(&job.key);
    let wanted = of_account
        .into_iter()
        .filter(|hook| !hook.disabled && hook.events.iter().any(|known| known == event));
    for hook in wanted {
        let (app, job, event) = (app.clone(), job.clone(), event.to_owned());
        tokio::spawn(async move {
            let _going_on = job.hold();
            let delivered = deliver(&app, &job, &event, &hook.url, &hook.secret).await;
            app.jobs.store.note_hook(hook.id, delivered == Delivered::Gone, delivered == Delivered::No);
        });
    }
    let of_job = job.begun().and_then(|begun| begun.tell.as_ref());
    if let Some(url) = of_job.filter(|_| event != "job.created") {
        // The documentation does not say which secret signs it; here it is the key that created the job.
        deliver(app, job, event, url, &job.key).await;
    }
}

async fn deliver(app: &App, job: &Job, event: &str, url: &reqwest::Url, secret: &str) -> Delivered {
    let body = json!({"event": event, "job": shape::job(app, job)}).to_string();
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
        let sent = app.jobs.egress.post(url, &body, &signature).await;
        if fault.status.is_some() || fault.cut == Some(Cut::After) {
            continue;
        }
        match sent.map(|answer| answer.status().as_u16()) {
            Ok(410) => return Delivered::Gone,
            Ok(status) if status < 500 => return Delivered::Yes,
            _ => {}
        }
    }
    Delivered::No
}
