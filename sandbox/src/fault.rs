//! Faults on demand: the next matching requests are answered wrongly, late, half, or not at all.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use axum::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What kind of request it is, by method and path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Create,
    Start,
    Convert,
    Upload,
    Status,
    Wait,
    Download,
    Delete,
    List,
    Types,
    /// The conversion itself, which is no request: it is held in step `wait`, or fails with the given status.
    Run,
}

impl Kind {
    pub(crate) fn of(method: &Method, path: &str, query: &str) -> Option<Self> {
        let path = path.strip_prefix("/v1").unwrap_or(path).trim_end_matches('/');
        let waits = query.split('&').any(|pair| pair == "wait" || pair == "wait=true" || pair == "wait=");
        Some(match (method, path) {
            (&Method::OPTIONS, _) => return None,
            (_, "/process") => Self::Create,
            (_, "/processes") => Self::List,
            (_, "/convert") => Self::Convert,
            (_, "/conversiontypes") => Self::Types,
            (_, path) if path.starts_with("/upload/") => Self::Upload,
            (_, path) if path.starts_with("/download/") => Self::Download,
            (&Method::POST, path) if path.starts_with("/process/") => Self::Start,
            (&Method::DELETE, path) if path.starts_with("/process/") => Self::Delete,
            (_, path) if path.starts_with("/process/") && waits => Self::Wait,
            (_, path) if path.starts_with("/process/") => Self::Status,
            _ => return None,
        })
    }
}

/// One rule. Rules apply in the order in which they were set, one to a request.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Rule {
    /// Which requests; none for all.
    pub(crate) kind: Option<Kind>,
    /// How many matching requests pass first.
    #[serde(default)]
    pub(crate) skip: u32,
    /// How many it strikes then; none for all.
    pub(crate) times: Option<u32>,
    /// How likely it strikes, from 0 to 1.
    pub(crate) probability: Option<f64>,
    /// Where its chances begin; the same seed strikes the same requests.
    #[serde(default)]
    pub(crate) seed: u64,
    #[serde(flatten)]
    pub(crate) action: Action,
}

/// What a rule does.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Action {
    /// Waits before anything else.
    #[serde(default)]
    pub(crate) delay_ms: u64,
    /// Answers with this status instead of doing what was asked.
    pub(crate) status: Option<u16>,
    #[serde(default)]
    pub(crate) headers: HashMap<String, String>,
    #[serde(default)]
    pub(crate) body: String,
    /// Cuts the connection `before` or `after` doing what was asked.
    pub(crate) cut: Option<Cut>,
    /// Cuts the connection after so many bytes of the request's body.
    pub(crate) cut_upload_after: Option<u64>,
    /// Cuts the connection after so many bytes of the answer's body.
    pub(crate) cut_download_after: Option<u64>,
    /// Deletes the process first.
    #[serde(default)]
    pub(crate) lose_process: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Cut {
    Before,
    After,
}

impl Action {
    pub(crate) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms)
    }
}

#[derive(Default)]
pub(crate) struct Faults {
    rules: Mutex<Vec<Rule>>,
    journal: Mutex<Vec<Value>>,
}

impl Faults {
    pub(crate) fn add(&self, rules: Vec<Rule>) {
        self.rules().extend(rules);
    }

    pub(crate) fn list(&self) -> Vec<Rule> {
        self.rules().clone()
    }

    pub(crate) fn clear(&self) {
        self.rules().clear();
    }

    /// What strikes a request of this kind, if anything.
    pub(crate) fn strike(&self, kind: Kind) -> Option<Action> {
        let mut rules = self.rules();
        let rule = rules.iter_mut().find(|rule| {
            (rule.kind == Some(kind) || rule.kind.is_none() && kind != Kind::Run) && rule.times != Some(0)
        })?;
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        if rule.probability.is_some_and(|probability| chance(&mut rule.seed) >= probability) {
            return None;
        }
        rule.times = rule.times.map(|times| times - 1);
        Some(rule.action.clone())
    }

    pub(crate) fn record(&self, entry: Value) {
        self.journal.lock().expect("no panic while locked").push(entry);
    }

    pub(crate) fn journal(&self) -> Vec<Value> {
        self.journal.lock().expect("no panic while locked").clone()
    }

    pub(crate) fn clear_journal(&self) {
        self.journal.lock().expect("no panic while locked").clear();
    }

    fn rules(&self) -> std::sync::MutexGuard<'_, Vec<Rule>> {
        self.rules.lock().expect("no panic while locked")
    }
}

/// The next number from 0 to 1 of a seeded sequence (xorshift).
#[allow(clippy::cast_precision_loss)]
fn chance(seed: &mut u64) -> f64 {
    let mut x = *seed ^ 0x9E37_79B9_7F4A_7C15;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    *seed = x;
    (x >> 11) as f64 / (1_u64 << 53) as f64
}
