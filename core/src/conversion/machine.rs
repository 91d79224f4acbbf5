//! The step state machine: poll, handle, and what they lead to.

use super::flight::Turn;
use super::patience::Throttled;
use super::{Action, Conversion, Event};
use crate::error::Error;
use crate::fault::Fault;
use crate::http::Reason;
#[cfg(feature = "calls")]
use crate::http::Response;
use crate::scope::CONVERTS;
use crate::time::Timestamp;
use crate::wire::report::State;
use crate::wire::step::Step;

impl Conversion {
    /// What the host should do now.
    pub fn poll(&mut self, now: Timestamp) -> Action {
        #[cfg(feature = "conversions")]
        self.woke(now);
        let action = self.advance(now);
        #[cfg(feature = "conversions")]
        {
            self.patience.back = match action {
                Action::Wait { until } => until,
                Action::Busy { deadline } => deadline,
                _ => Timestamp::MAX,
            };
        }
        self.measure(now);
        action
    }

    /// Tells what happened.
    pub fn handle(&mut self, now: Timestamp, event: Event) {
        #[cfg(feature = "conversions")]
        self.woke(now);
        self.take(now, event);
        self.measure(now);
    }

    /// Tells that the whole answer to a request has come, as [`Event::Response`] does: for hosts that use the memory of an answer
    /// again.
    #[cfg(feature = "calls")]
    pub fn handle_response(&mut self, now: Timestamp, id: u64, response: &Response) {
        #[cfg(feature = "conversions")]
        self.woke(now);
        if self.flight.is_out() && id == self.flight.id {
            self.answered(now, response);
        }
        self.measure(now);
    }

    fn advance(&mut self, now: Timestamp) -> Action {
        if self.patience.begun.is_none() {
            self.patience.begun = Some(now);
            self.patience.deadline = now.later(self.setup.policy.deadline);
        }
        loop {
            if now >= self.due() && self.flight.turn != Turn::Done {
                self.overdue(now);
            }
            match self.flight.turn {
                Turn::Done => return Action::Done(self.result()),
                Turn::Waiting { until } if now < until => {
                    return Action::Wait { until: until.min(self.due()) };
                }
                Turn::Out { deadline } if now < deadline => {
                    return Action::Busy { deadline: deadline.min(self.due()) };
                }
                Turn::Settle if CONVERTS => return self.settle(now),
                Turn::Held | Turn::Settle | Turn::Settling => {
                    return Action::Busy { deadline: self.patience.deadline };
                }
                Turn::Out { .. } => self.failed(now, &Reason::Timeout),
                Turn::Waiting { .. } => self.flight.turn = Turn::Ready,
                Turn::Ready => match self.request() {
                    #[allow(unused_mut)] // Pages keep nothing.
                    Ok(mut request) => {
                        self.flight.sent_at = now;
                        self.flight.turn = Turn::Out { deadline: now.later(self.silence()) };
                        #[cfg(feature = "calls")]
                        {
                            request.checkpoint = self.checkpoint();
                        }
                        return Action::Send(request);
                    }
                    Err(error) => self.end(now, Err(error)),
                },
            }
        }
    }

    fn take(&mut self, now: Timestamp, event: Event) {
        match &event {
            Event::Callback(callback) if CONVERTS => return self.called_back(now, callback),
            Event::Offline => return self.went_offline(now),
            Event::Online => return self.came_online(now),
            _ => {}
        }
        if CONVERTS && self.flight.turn == Turn::Settling {
            return self.settling(now, event);
        }
        if !self.flight.is_out() {
            return;
        }
        let out = self.flight.id;
        match event {
            Event::Held { id } if id == out => self.hold(now),
            Event::Sent { id, bytes } if id == out => {
                self.release(now);
                self.flight.sent = bytes;
                self.flight.turn = Turn::Out { deadline: now.later(self.silence()) };
            }
            Event::Uncounted { id } if id == out && self.at.step() == Step::Upload => {
                self.flight.turn = Turn::Out { deadline: now.later(self.uncounted_silence()) };
            }
            Event::Begun { id, response } if id == out && CONVERTS => {
                self.flight.turn = Turn::Out { deadline: now.later(self.silence()) };
                if self.at.step() == Step::Download {
                    self.begun(now, &response);
                }
            }
            Event::Received { id, bytes } if id == out && CONVERTS => {
                self.downloads.received(bytes);
                self.flight.turn = Turn::Out { deadline: now.later(self.silence()) };
                if self.downloads.overflow() {
                    let error = Error::invalid(
                        "the download is not as long as the service announced: check the network and proxies",
                    );
                    self.fault(now, Fault::Lost, error, None);
                }
            }
            Event::Response { id, response } if id == out => self.answered(now, &response),
            Event::Failed { id, reason } if id == out => {
                self.release(now);
                self.failed(now, &reason);
            }
            _ => {}
        }
    }

    /// The host has something to do before it sends the request. That is not the service's time: a deletion would be given
    /// up for nothing.
    fn hold(&mut self, now: Timestamp) {
        self.flight.turn = Turn::Held;
        if self.tidies() {
            self.patience.deadline = now.later(self.setup.policy.deadline);
        }
    }

    /// It is sent now.
    fn release(&mut self, now: Timestamp) {
        if self.flight.turn != Turn::Held {
            return;
        }
        self.flight.sent_at = now;
        self.limit_cleanup(now);
    }

    /// How the service has just asked for patience; tells it once.
    pub(crate) fn take_throttled(&mut self) -> Option<Throttled> {
        self.patience.throttled.take()
    }

    /// Whether its remote conversion runs, or has ended; none where it is not known whether there is one.
    pub(crate) fn runs(&self) -> Option<bool> {
        let has_ended = matches!(self.report.state, State::Finished(_) | State::Failed(_));
        self.remote.id.is_some().then_some(!has_ended)
    }

    /// Nothing was created, because too many others run. Its time begins when it is polled again, and the refusal does not
    /// count. Tells whether it can wait.
    pub(crate) fn put_off(&mut self) -> bool {
        let waits = matches!(self.flight.turn, Turn::Waiting { .. });
        if waits {
            self.patience.put_off();
        }
        waits
    }

    /// Whether the request that is due next repeats one that failed, while there was a network.
    pub(crate) fn repeats(&self) -> bool {
        self.patience.backoff.attempt > 0 && !self.patience.stalled
    }

    /// Whether the next poll sends a request.
    pub(crate) fn sends_next(&self, now: Timestamp) -> bool {
        now < self.due()
            && match self.flight.turn {
                Turn::Ready => true,
                Turn::Waiting { until } => now >= until,
                Turn::Out { .. } | Turn::Held | Turn::Settle | Turn::Settling | Turn::Done => false,
            }
    }

    /// Goes to another step, whose first request is due at once.
    pub(super) fn enter(&mut self, step: Step) {
        self.at.step = step;
        self.patience.backoff.begin();
        self.flight.begin();
    }
}
