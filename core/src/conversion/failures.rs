//! What is done when a call fails, by the wire's table of remedies: how long it is waited, and when it is given up.

use super::Conversion;
use super::endings::Ending;
use super::flight::Turn;
use super::offline::PROBE;
use super::patience::Throttled;
use crate::error::{Code, Error, UNREACHED};
use crate::fault::Fault;
use crate::http::{Reason, Response};
use crate::time::Timestamp;
use crate::wire::step::{Remedy, Step};

impl Conversion {
    /// There is no answer.
    pub(super) fn failed(&mut self, now: Timestamp, reason: &Reason) {
        let error = reason.to_error();
        match reason {
            // There is nothing to look for.
            Reason::Unreached if self.is_late() && self.at.step() == Step::Create => {
                self.flight.turn = Turn::Done;
            }
            _ if self.is_late() => self.late(now),
            Reason::Connection | Reason::Timeout if self.idled_out(now) => self.flight.turn = Turn::Ready,
            Reason::Timeout if self.tidies() && self.has_succeeded() => self.not_deleted(error),
            Reason::Connection | Reason::Timeout => {
                // What takes an upload is there.
                self.patience.known |= self.at.step() == Step::Upload && self.flight.sent > 0;
                self.fault(now, Fault::Lost, error, None);
            }
            Reason::Unreached => self.fault(now, Fault::Unreached, error, None),
            // Where a redirect is an answer, it is one that the host may not show.
            Reason::Redirect if self.setup.wire().ends_by_redirect(self.at.step()) => {
                self.fault(now, Fault::Lost, error, None);
            }
            // A target that is gone for a moment looks like a circle where it is not seen where it leads.
            Reason::Redirect if self.at.reads() && self.flight.redirects == 0 => {
                self.flight.redirects = 1;
                self.fault(now, Fault::Lost, error, None);
            }
            Reason::Redirect if self.at.reads() => {
                let message = "the service redirects in a loop, or to nowhere: check the base URL";
                self.fault(now, Fault::Refused, Error::invalid(message), None);
            }
            Reason::Redirect => self.fault(now, Fault::Refused, error, None),
            Reason::Permanent(_) | Reason::Input(_) | Reason::Sink(_) => {
                self.fault(now, Fault::Impossible, error, None);
            }
        }
    }

    /// A call failed: do what the remedies say.
    pub(super) fn fault(&mut self, now: Timestamp, fault: Fault, mut error: Error, retry_after: Option<u64>) {
        error.request = self.flight.request();
        let again = self.patience.backoff.attempt > 0
            || self.at.step() == Step::Download && !self.is_at_its_beginning();
        let remedy = match self.setup.wire().remedy(self.at.step(), fault) {
            // Of the first request for an output there is nothing to be asked.
            Remedy::Confirm if !self.has_remote() || self.at.step() == Step::Download && !again => {
                Remedy::Fail
            }
            remedy => remedy,
        };
        self.at.unseen |= remedy == Remedy::Find;
        match remedy {
            Remedy::GiveUp => return self.not_deleted(error),
            // It is gone, or will tell by the deletion why it is not to be had.
            Remedy::Fail if self.at.deletes_next() => return self.clean_up(now),
            // That a question is refused says nothing of what it was about, which may run and has its price.
            Remedy::Fail if fault == Fault::Refused && self.at.asks() => {
                return self.end_and_leave(now, error);
            }
            Remedy::Fail => return self.end(now, Err(error)),
            Remedy::Confirm => {
                self.at.refused = Some(Box::new(error.clone()));
                if self.at.step() != Step::Download {
                    // What was sent before may be what this one met.
                    let settle = self.setup.wire().settle();
                    self.patience.doubt = again.then(|| now + settle);
                    return self.check();
                }
            }
            Remedy::Repeat | Remedy::Ask | Remedy::Find => {}
        }
        self.patience.throttled = match fault {
            // Only a batch takes it, and where there are no single calls there is none.
            _ if cfg!(not(feature = "calls")) => None,
            Fault::Throttled => Some(Throttled::Pace(retry_after.unwrap_or_default())),
            Fault::Full => Some(Throttled::Full),
            _ => None,
        };
        self.patience.stalled = self.is_offline() && matches!(fault, Fault::Lost | Fault::Unreached);
        let until = if self.patience.stalled {
            self.patience.backoff.attempt = self.patience.backoff.attempt.max(1);
            now + PROBE
        } else {
            let Some(wait) = self.pause(now, fault, retry_after) else {
                return self.out_of_retries(now, error);
            };
            let Some(until) = self.until(now, wait, retry_after) else { return self.out_of_time(now, error) };
            until
        };
        match remedy {
            Remedy::Find => self.look_for_it(now),
            Remedy::Ask | Remedy::Confirm if self.has_remote() => {
                let arrives = self.at.step() == Step::Upload && !self.flight.broke_off();
                self.patience.doubt = arrives.then(|| now + self.setup.wire().settle());
                self.check();
            }
            _ => {}
        }
        if !self.patience.stalled {
            let left = self.patience.ends(&self.setup.policy).since(now);
            self.patience.announce(error, until.since(now), left);
        }
        self.flight.turn = Turn::Waiting { until };
    }

    /// How long to wait before a repeat; none where there is to be no other one.
    fn pause(&mut self, now: Timestamp, fault: Fault, retry_after: Option<u64>) -> Option<u64> {
        if fault != Fault::Throttled {
            self.comes_on();
        }
        let tidies = self.tidies();
        let (backoff, policy) = (&mut self.patience.backoff, &self.setup.policy);
        match fault {
            // What is whole is not held back for a deletion that will not take place in time.
            _ if tidies => backoff
                .in_cleanup(policy, retry_after)
                .filter(|wait| now.later(*wait) < self.patience.deadline),
            Fault::Throttled | Fault::Full => backoff.after_throttle(policy, retry_after),
            _ => backoff.after_failure(policy, retry_after),
        }
    }

    fn until(&mut self, now: Timestamp, wait: u64, retry_after: Option<u64>) -> Option<Timestamp> {
        if self.tidies() {
            return Some(now.later(wait));
        }
        self.patience.until(now, wait, retry_after, &self.setup.policy)
    }

    /// The answer to the creation is lost: look for it, until it is certain that it did not arrive.
    fn look_for_it(&mut self, now: Timestamp) {
        let attempt = self.patience.backoff.attempt;
        self.patience.doubt = Some(now + self.setup.wire().settle());
        self.at.page = 1;
        self.enter(Step::Find);
        self.patience.backoff.attempt = attempt;
    }

    /// Whether what may have been created can be told from others.
    pub(super) fn is_searchable(&self) -> bool {
        self.setup.wire().searches() && self.remote.mark.is_some()
    }

    /// There is no answer to a creation, or to the search for it, although the end is known. Where it can be found, it is
    /// looked for in the time that is left, because it would be left behind.
    pub(super) fn late(&mut self, now: Timestamp) {
        if !self.is_searchable() {
            return self.flight.turn = Turn::Done;
        }
        if self.at.step() == Step::Create {
            self.look_for_it(now);
        }
        self.look_again(now);
    }

    /// Notes down that something answered as the API does.
    pub(super) fn recognise(&mut self, response: &Response, is_read: bool, wait: Option<u64>) {
        self.patience.known = self.patience.known
            || match response.status {
                200..=299 => is_read,
                // "Throttling": the documented way to ask for patience.
                503 => is_read || wait.is_some(),
                429 if wait.is_some() => true,
                400..=499 => is_read || self.setup.wire().says_why(&self.setup.api, response),
                _ => is_read,
            };
    }

    fn out_of_time(&mut self, now: Timestamp, error: Error) {
        let is_deadline = self.patience.ends(&self.setup.policy) >= self.patience.deadline;
        let message = match error.code {
            _ if self.patience.known || is_deadline => {
                &[&error.message, "; no time is left for another attempt: allow more time"].concat()
            }
            Code::Network => UNREACHED,
            Code::InvalidResponse => return self.end(now, Err(error)),
            _ => &[&error.message, "; nothing there has answered as the service does: check the base URL"]
                .concat(),
        };
        self.end(now, Err(error.saying(message)));
    }

    pub(super) fn out_of_retries(&mut self, now: Timestamp, error: Error) {
        if self.tidies() {
            return self.not_deleted(error);
        }
        let message = ["gave up after all retries: ", &error.message, error.later()].concat();
        self.end(now, Err(error.saying(message)));
    }

    /// Asks what became of the request of this step. The retries go on counting.
    fn check(&mut self) {
        let attempt = self.patience.backoff.attempt;
        self.at.checking = self.at.step();
        self.uploads.ask();
        self.enter(Step::Check);
        self.patience.backoff.attempt = attempt;
    }

    /// Whether the end is a success that only waits for the deletion.
    pub(super) fn has_succeeded(&self) -> bool {
        matches!(&self.ending, Some(Ending::Done(result)) if result.is_ok())
    }
}
