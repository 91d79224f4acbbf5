//! Webhooks: of the account, and of a job. Each is signed over its raw body, and sent again where it fails.
//!
//! API documentation: <https://cloudconvert.com/api/v2/webhooks>.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::json;

use super::{Job, Signer};
use crate::app::App;
use crate::fault::{Cut, Kind};
use crate::names::random_id;
use crate::routes::v2;

/// "three more tries with pauses"
const RETRIES: usize = 3;

/// A webhook of an account.
#[derive(Clone)]
pub(crate) struct Hook {
    pub(crate) id: u64,
    pub(crate) key: String,
    pub(crate) url: reqwest::Url,
    pub(crate) events: Vec<String>,
    pub(crate) secret: String,
    pub(crate) created: SystemTime,
    /// Its receiver answered 410.
    pub(crate) disabled: bool,
    /// Its last delivery failed.
    pub(crate) failing: bool,
}

/// The webhooks of all accounts.
#[derive(Default)]
pub(crate) struct Hooks(Mutex<(u64, Vec<Hook>)>);

impl Hooks {
    pub(crate) fn add(&self, key: &str, url: reqwest::Url, events: Vec<String>) -> Hook {
        let mut hooks = self.lock();
        hooks.0 += 1;
        let hook = Hook {
            id: hooks.0,
            key: key.to_owned(),
            url,
            events,
            secret: [random_id(), random_id()].concat()[..32].to_owned(),
            created: SystemTime::now(),
            disabled: false,
            failing: false,
        };
        hooks.1.push(hook.clone());
        hook
    }

    pub(crate) fn of_key(&self, key: &str) -> Vec<Hook> {
        self.lock().1.iter().filter(|hook| hook.key == key).cloned().collect()
    }

    /// Whether there was one.
    pub(crate) fn remove(&self, key: &str, id: u64) -> bool {
        let mut hooks = self.lock();
        let before = hooks.1.len();
        hooks.1.retain(|hook| hook.id != id || hook.key != key);
        hooks.1.len() < before
    }

    fn note(&self, id: u64, delivered: Delivered) {
        if let Some(hook) = self.lock().1.iter_mut().find(|hook| hook.id == id) {
            hook.disabled |= delivered == Delivered::Gone;
            hook.failing = delivered == Delivered::No;
        }
    }

    fn lock(&self) -> MutexGuard<'_, (u64, Vec<Hook>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Delivered {
    Yes,
    No,
    /// 410: the receiver wants no more.
    Gone,
}

/// Tells the webhooks of the account, and that of the job, about an event.
pub(super) async fn tell(app: &Arc<App>, job: &Arc<Job>, event: &str) {
    let of_account = app.hooks.of_key(&job.key);
    let wanted = of_account
        .into_iter()
        .filter(|hook| !hook.disabled && hook.events.iter().any(|known| known == event));
    for hook in wanted {
        let (app, job, event) = (app.clone(), job.clone(), event.to_owned());
        tokio::spawn(async move {
            let delivered = deliver(&app, &job, &event, &hook.url, &hook.secret).await;
            app.hooks.note(hook.id, delivered);
        });
    }
    if let Some(url) = job.webhook_url.as_ref().filter(|_| event != "job.created") {
        // The documentation does not say which secret signs it; here it is the key that created the job.
        deliver(app, job, event, url, &job.key).await;
    }
}

async fn deliver(app: &App, job: &Job, event: &str, url: &reqwest::Url, secret: &str) -> Delivered {
    let body = json!({"event": event, "job": v2::job_json(app, job)}).to_string();
    let signature = Signer::new(secret).sign(body.as_bytes());
    for attempt in 0..=RETRIES {
        if attempt > 0 {
            tokio::time::sleep(app.config.callback_pause).await;
        }
        let fault = app.faults.strike(Kind::Webhook).unwrap_or_default();
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
        if fault.status.is_some() || fault.cut == Some(Cut::Before) {
            continue;
        }
        let sent = app.egress.post(url, &body, &signature).await;
        if fault.cut == Some(Cut::After) {
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
