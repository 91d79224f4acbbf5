//! What is done when a call fails.

use super::machine::{CallMachine, State};
use crate::backoff::repeated_at;
use crate::error::{Error, FailedRequest};
use crate::fault::Fault;
use crate::http::{Method, Reason};
use crate::time::Timestamp;
use crate::wire::call::Call;

/// The service refused to look at the request yet, so nothing was done (RFC 8470, 5.2).
const TOO_EARLY: u16 = 425;

impl<C: Call> CallMachine<C>
where
    C::Reply: Clone,
{
    /// There is no answer.
    pub(super) fn failed(&mut self, now: Timestamp, reason: &Reason) {
        let fault = match reason {
            Reason::Timeout if self.idles() && now < self.end(self.policy.deadline) => {
                return self.state = State::Ready;
            }
            Reason::Unreached => Fault::Unreached,
            Reason::Connection | Reason::Timeout => Fault::Lost,
            Reason::Permanent(_) | Reason::Redirect | Reason::Input(_) | Reason::Sink(_) => Fault::Impossible,
        };
        // That it never was there can be said after several attempts only.
        let unreached = *reason == Reason::Connection && !self.heard && self.call.is_repeatable();
        self.fault(now, fault, if unreached { Error::unreached() } else { reason.to_error() }, None);
    }

    /// The request failed: it is sent again, later, or that is the end.
    pub(super) fn fault(&mut self, now: Timestamp, fault: Fault, mut error: Error, asked: Option<u64>) {
        error.request = Some(Box::new(FailedRequest::new(self.request.method, &self.request.url)));
        let wait = match fault {
            Fault::Throttled | Fault::Full => self.backoff.after_throttle(&self.policy, asked),
            Fault::Unreached => self.backoff.after_failure(&self.policy, asked),
            Fault::Lost | Fault::Broken if self.call.is_repeatable() || error.status == Some(TOO_EARLY) => {
                self.backoff.after_failure(&self.policy, asked)
            }
            Fault::Lost | Fault::Broken => {
                if self.request.method != Method::Get {
                    error.permanent = true;
                    error
                        .message
                        .push_str("; it may have been done all the same: look for it before you repeat it");
                }
                None
            }
            Fault::Refused | Fault::Impossible => None,
        };
        let end = self.end(if self.heard { self.policy.deadline } else { self.policy.reach });
        let begun = self.begun.unwrap_or_default();
        let until = wait.and_then(|wait| repeated_at(now, wait, asked, begun, end));
        if until.is_none() {
            let later = error.later();
            error.message.push_str(later);
        }
        self.state = until.map_or(State::Done(Err(error)), |until| State::Waiting { until });
    }
}
