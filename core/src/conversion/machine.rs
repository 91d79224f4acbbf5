//! The step state machine: poll, handle, and what they lead to.

use super::rules::Phase;
use super::{Action, Conversion, Event, Turn};
use crate::http::{Reason, Timestamp};

impl Conversion {
    /// What the host should do now.
    pub fn poll(&mut self, now: Timestamp) -> Action {
        let action = self.advance(now);
        self.measure(now);
        action
    }

    /// Tells what happened.
    pub fn handle(&mut self, now: Timestamp, event: Event) {
        self.take(now, event);
        self.measure(now);
    }

    fn advance(&mut self, now: Timestamp) -> Action {
        if self.begun.is_none() {
            self.begun = Some(now);
            self.deadline = now.saturating_add(self.policy.deadline);
        }
        loop {
            if now >= self.deadline && self.turn != Turn::Done {
                self.overdue(now);
            }
            match self.turn {
                Turn::Done => return Action::Done(self.result()),
                Turn::Waiting { until } if now < until => {
                    return Action::Wait { until: until.min(self.deadline) };
                }
                Turn::Out { deadline } if now < deadline => {
                    return Action::Busy { deadline: deadline.min(self.deadline) };
                }
                Turn::Out { .. } => self.failed(now, &Reason::Timeout),
                Turn::Waiting { .. } => self.turn = Turn::Ready,
                Turn::Ready => match self.request() {
                    Ok(request) => {
                        self.sent_at = now;
                        self.turn = Turn::Out { deadline: now.saturating_add(self.patience()) };
                        return Action::Send(request);
                    }
                    Err(error) => self.end(now, Err(error)),
                },
            }
        }
    }

    fn take(&mut self, now: Timestamp, event: Event) {
        if let Event::Callback(callback) = &event {
            return self.called_back(now, callback);
        }
        if !matches!(self.turn, Turn::Out { .. }) {
            return;
        }
        let out = self.next_id;
        match event {
            Event::Sent { id, bytes } if id == out => {
                self.sent = bytes;
                self.turn = Turn::Out { deadline: now.saturating_add(self.patience()) };
            }
            Event::Uncounted { id } if id == out && self.phase == Phase::Upload => {
                self.turn = Turn::Out { deadline: now.saturating_add(self.uncounted_patience()) };
            }
            Event::Begun { id, response } if id == out => {
                self.turn = Turn::Out { deadline: now.saturating_add(self.patience()) };
                if self.phase == Phase::Download {
                    self.begun(now, &response);
                }
            }
            Event::Received { id, bytes } if id == out => {
                self.received(bytes);
                self.turn = Turn::Out { deadline: now.saturating_add(self.patience()) };
            }
            Event::Response { id, response } if id == out => self.answered(now, &response),
            Event::Failed { id, reason } if id == out => self.failed(now, &reason),
            _ => {}
        }
    }

    /// For how long the service has just asked to slow down; tells it once.
    pub(crate) fn take_throttled(&mut self) -> Option<u64> {
        self.throttled.take()
    }

    /// Whether the request that is due next repeats one that failed.
    pub(crate) fn repeats(&self) -> bool {
        self.backoff.attempt > 0
    }

    /// Whether the next poll sends a request.
    pub(crate) fn sends_next(&self, now: Timestamp) -> bool {
        now < self.deadline
            && match self.turn {
                Turn::Ready => true,
                Turn::Waiting { until } => now >= until,
                Turn::Out { .. } | Turn::Done => false,
            }
    }

    /// Goes to another phase, whose first request is due at once.
    pub(super) fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.turn = Turn::Ready;
        self.backoff.begin();
        self.location = None;
        self.redirects = 0;
        self.sent = 0;
    }
}
