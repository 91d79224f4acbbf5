//! A service with a limiter, in virtual time.

use std::collections::HashMap;
use std::time::Duration;

use cloudconvert_core::{Method, Request, Response, Timestamp};
use serde_json::{Value, json};

/// How many requests it takes in a second, and how many at once.
pub(crate) const RATE: f64 = 50.0;
pub(crate) const BURST: f64 = 50.0;
/// A request's way there and back.
pub(crate) const ROUND_TRIP: Duration = Duration::from_millis(60);

/// A token bucket.
pub(crate) struct Limiter {
    tokens: f64,
    then: Timestamp,
}

impl Default for Limiter {
    fn default() -> Self {
        Self { tokens: BURST, then: Timestamp::default() }
    }
}

impl Limiter {
    /// Whether it takes one more request now.
    pub(crate) fn takes(&mut self, now: Timestamp) -> bool {
        let refill = (now - self.then).as_secs_f64() * RATE;
        self.tokens = (self.tokens + refill).min(BURST);
        self.then = self.then.max(now);
        let takes = self.tokens >= 1.0;
        if takes {
            self.tokens -= 1.0;
        }
        takes
    }
}

/// How a process advances: `100 × (time / length) ^ shape` percent, or without a percent.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) length: Duration,
    pub(crate) shape: Option<f64>,
}

/// Processes by the number in their URLs, and when their input came.
#[derive(Default)]
pub(crate) struct Service {
    uploaded: HashMap<u64, Timestamp>,
    created: u64,
}

impl Service {
    /// When the service has an answer to a request that reaches it now, and what it is.
    pub(crate) fn answer(&mut self, now: Timestamp, request: &Request, pace: Pace) -> (Timestamp, Response) {
        let number = request.url.rsplit('/').next().and_then(|last| last.split(['?', '~']).next_back());
        let number = number.and_then(|n| n.trim_end_matches("wait").parse().ok());
        let process = request.url.split("/process/").nth(1).and_then(|id| id.split('?').next()?.parse().ok());
        let id: u64 = process.or(number).unwrap_or(0);
        let url = format!("//srv01.example.com/process/{id}");
        match request.method {
            Method::Post if request.url.ends_with("/process") => {
                self.created += 1;
                let id = self.created;
                (now, reply(&json!({"id": id, "url": format!("//srv01.example.com/process/{id}")})))
            }
            Method::Post if request.url.contains("/upload/") => {
                self.uploaded.insert(id, now);
                (now, reply(&json!({"file": "photo.png", "size": 1_000})))
            }
            Method::Post => {
                let upload = json!({"url": format!("//srv01.example.com/upload/~{id}")});
                (now, reply(&json!({"id": id, "url": url, "step": "input", "upload": upload})))
            }
            Method::Get if request.url.contains("/download/") => {
                (now, Response { status: 200, received: 5, ..Response::default() })
            }
            Method::Get => {
                let end = self.uploaded.get(&id).map_or(Timestamp::MAX, |begin| *begin + pace.length);
                let when = if request.url.ends_with("?wait") { now.max(end) } else { now };
                (when, reply(&self.status(when, id, pace)))
            }
            Method::Put | Method::Delete => (now, reply(&json!({}))),
        }
    }

    /// When the process of this number ends.
    pub(crate) fn ends(&self, id: u64, pace: Pace) -> Option<Timestamp> {
        self.uploaded.get(&id).map(|begin| *begin + pace.length)
    }

    fn status(&self, now: Timestamp, id: u64, pace: Pace) -> Value {
        let url = format!("//srv01.example.com/process/{id}");
        let Some(&begin) = self.uploaded.get(&id) else {
            return json!({"id": id, "url": url, "step": "input"});
        };
        let done = (now - begin).div_duration_f64(pace.length);
        if done >= 1.0 {
            let output = json!({"url": format!("//srv01.example.com/download/~{id}"), "filename": "photo.jpg", "size": 5});
            return json!({"id": id, "url": url, "step": "finished", "percent": 100, "output": output});
        }
        let percent = pace.shape.map(|shape| (done.powf(shape) * 10_000.0).floor() / 100.0);
        json!({"id": id, "url": url, "step": "convert", "percent": percent})
    }
}

/// The answer of a service that wants to be left alone for a second.
pub(crate) fn slow_down() -> Response {
    Response { status: 429, headers: vec![("Retry-After".into(), "1".into())], ..Response::default() }
}

fn reply(value: &Value) -> Response {
    Response { status: 200, body: value.to_string().into_bytes(), ..Response::default() }
}
