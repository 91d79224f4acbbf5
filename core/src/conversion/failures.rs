//! What is done when a call fails, by the table in `rules`: how long it is waited, and when it is given up.

use super::rules::{Phase, Remedy, remedy};
use super::{Conversion, Ending, Turn};
use crate::error::{Code, Error};
use crate::fault::Fault;
use crate::http::{Reason, Response, Timestamp};
use crate::v1::says_why;

/// How long before the end of its patience a conversion asks for the last time, in milliseconds, unless the service asked
/// it to wait for longer.
const LAST_ASKED: u64 = 1_000;

impl Conversion {
    /// There is no answer.
    pub(super) fn failed(&mut self, now: Timestamp, reason: &Reason) {
        let error = reason.to_error();
        match reason {
            _ if self.is_late() => self.turn = Turn::Done,
            Reason::Connection | Reason::Timeout if self.idled_out(now) => self.turn = Turn::Ready,
            Reason::Timeout if self.phase == Phase::Delete && self.has_succeeded() => self.not_deleted(error),
            Reason::Connection | Reason::Timeout => {
                // Who takes an upload is there.
                self.known |= self.phase == Phase::Upload && self.sent > 0;
                self.fault(now, Fault::Lost, error, None);
            }
            // A target that is gone for a moment looks like a circle to who does not see where it leads.
            Reason::Redirect if self.reads() && self.redirects == 0 => {
                self.redirects = 1;
                self.fault(now, Fault::Lost, error, None);
            }
            Reason::Redirect if self.reads() => {
                let message = "the service redirects in circles, or to where nothing answers";
                self.fault(now, Fault::Refused, Error::invalid(message), None);
            }
            Reason::Redirect => self.fault(now, Fault::Refused, error, None),
            Reason::Permanent(_) | Reason::Input(_) | Reason::Sink(_) => {
                self.fault(now, Fault::Impossible, error, None);
            }
        }
    }

    /// A call failed: do what the rules say.
    pub(super) fn fault(&mut self, now: Timestamp, fault: Fault, error: Error, retry_after: Option<u64>) {
        let again = self.backoff.attempt > 0;
        let remedy = match remedy(self.phase, fault) {
            // Of the first request for an output there is nothing to be asked.
            Remedy::Confirm if self.process_url.is_none() || self.phase == Phase::Download && !again => {
                Remedy::Fail
            }
            remedy => remedy,
        };
        match remedy {
            Remedy::GiveUp => return self.not_deleted(error),
            Remedy::Fail => return self.end(now, Err(error)),
            Remedy::Confirm => {
                self.refused = Some(Box::new(error.clone()));
                if self.phase != Phase::Download {
                    return self.check();
                }
            }
            Remedy::Repeat | Remedy::Ask => {}
        }
        if fault == Fault::Throttled {
            self.throttled = Some(retry_after.unwrap_or(0));
        }
        let wait = match (self.phase, fault) {
            (Phase::Delete, _) => self.backoff.in_cleanup(&self.policy, retry_after),
            (_, Fault::Throttled) => self.backoff.after_throttle(&self.policy, retry_after),
            _ => self.backoff.after_failure(&self.policy, retry_after),
        };
        let Some(wait) = wait else { return self.out_of_retries(now, error) };
        let Some(until) = self.until(now, wait, retry_after) else { return self.out_of_time(now, error) };
        if matches!(remedy, Remedy::Ask | Remedy::Confirm) && self.process_url.is_some() {
            self.check();
        }
        self.notice = notice(&error, until.saturating_sub(now), self.patience_ends().saturating_sub(now));
        self.last = Some(Box::new(error));
        self.turn = Turn::Waiting { until };
    }

    /// When a call is repeated after this wait, which is cut to fit into the patience that is left, but never below what the
    /// service asked for. None where it does not fit.
    pub(super) fn until(&mut self, now: Timestamp, wait: u64, retry_after: Option<u64>) -> Option<Timestamp> {
        if self.phase == Phase::Delete {
            return Some(now.saturating_add(wait));
        }
        if !self.known {
            self.failing.get_or_insert(now);
        }
        let end = self.patience_ends();
        let patience = end.saturating_sub(self.begun.unwrap_or(now));
        let latest = end.saturating_sub(LAST_ASKED.min(patience / 10));
        let least = now.saturating_add(retry_after.unwrap_or(0));
        if least >= end || least == now && now >= latest {
            return None;
        }
        Some(now.saturating_add(wait).min(latest).max(least))
    }

    /// Until when failures are survived. As long as nothing has ever answered as the API does, the address may be wrong,
    /// and that is not worth hours.
    fn patience_ends(&self) -> Timestamp {
        match self.failing {
            Some(since) if !self.known => since.saturating_add(self.policy.reach).min(self.deadline),
            _ => self.deadline,
        }
    }

    /// Notes down that something answered as the API does.
    pub(super) fn recognise(&mut self, response: &Response, is_read: bool, wait: Option<u64>) {
        self.known = self.known
            || match response.status {
                200..=299 => is_read,
                // "Throttling": the documented way to ask for patience.
                503 => is_read || wait.is_some(),
                429 if wait.is_some() => true,
                400..=499 => is_read || says_why(&self.api, response),
                _ => is_read,
            };
    }

    fn out_of_time(&mut self, now: Timestamp, error: Error) {
        if self.known || self.patience_ends() >= self.deadline {
            return self.end(now, Err(error));
        }
        let message = match error.code {
            Code::Network => "the service cannot be reached; check the base URL and the network",
            Code::InvalidResponse => return self.end(now, Err(error)),
            _ => &[&error.message, "; nothing there has answered as the service does: check the base URL"]
                .concat(),
        };
        self.end(now, Err(Error { message: message.to_owned(), ..error }));
    }

    pub(super) fn out_of_retries(&mut self, now: Timestamp, error: Error) {
        if self.phase == Phase::Delete {
            return self.not_deleted(error);
        }
        let message = ["gave up after all retries: ", &error.message].concat();
        self.end(now, Err(Error { message, ..error }));
    }

    /// Asks what became of the request of this phase. The retries go on counting.
    fn check(&mut self) {
        let attempt = self.backoff.attempt;
        self.checking = self.phase;
        self.enter(Phase::Check);
        self.backoff.attempt = attempt;
    }

    /// Whether the present call only reads.
    pub(super) fn reads(&self) -> bool {
        matches!(self.phase, Phase::Check | Phase::Follow | Phase::Download)
    }

    /// Whether an output is being loaded, or its URL asked for anew.
    pub(super) fn loads(&self) -> bool {
        self.phase == Phase::Download || self.phase == Phase::Check && self.checking == Phase::Download
    }

    /// Whether the end is a success that only waits for the deletion.
    pub(super) fn has_succeeded(&self) -> bool {
        matches!(&self.ending, Some(Ending::Done(result)) if result.is_ok())
    }
}

/// What is waited for and until when, for people.
fn notice(error: &Error, wait: u64, left: u64) -> String {
    [&error.message, "; the next attempt is in ", &span(wait), ", the last one within ", &span(left)].concat()
}

/// A length of time for people.
fn span(milliseconds: u64) -> String {
    let seconds = milliseconds.div_ceil(1_000);
    let (number, unit) = match seconds {
        0..=119 => (seconds, " s"),
        120..=7_199 => (seconds / 60, " min"),
        _ => (seconds / 3_600, " h"),
    };
    [&number.to_string(), unit].concat()
}
