//! Which member is polled next, and which sends.

use std::cmp::Reverse;

use super::{Batch, BatchAction};
use crate::conversion::Action;
use crate::time::Timestamp;

impl Batch {
    /// Starts a member.
    pub(super) fn begin(&mut self, member: u64) {
        if let Some(entry) = self.members.get_mut(&member) {
            entry.begun = true;
            self.active += 1;
            self.places.take(&mut entry.place);
            self.queue(member);
        }
    }

    /// A creation found no place: the member waits in line, unless it is the one that asks again.
    pub(super) fn put_off(&mut self, member: u64) {
        let Some(entry) = self.members.get_mut(&member) else { return };
        if !self.places.is_crowded() || !entry.conversion.put_off() {
            return self.queue(member);
        }
        entry.begun = false;
        self.places.leave(&mut entry.place);
        self.active -= 1;
        // The line is in the order in which members came.
        let at = self.new.partition_point(|other| *other < member);
        self.new.insert(at, member);
    }

    /// Puts a member among those to be polled, unless it is there or has not begun.
    pub(super) fn queue(&mut self, member: u64) {
        if let Some(entry) = self.members.get_mut(&member)
            && entry.begun
            && !entry.queued
        {
            entry.queued = true;
            self.due.push_back(member);
        }
    }

    /// Finds out what a member wants. What it wants to send has to wait for the pace.
    pub(super) fn look_at(&mut self, member: u64, now: Timestamp) {
        let Some(entry) = self.members.get_mut(&member) else { return };
        if !entry.begun {
            entry.queued = false;
            return;
        }
        if entry.conversion.sends_next(now) {
            self.senders.push_back(member);
            return;
        }
        entry.queued = false;
        let action = entry.conversion.poll(now);
        self.decide(member, action, now);
    }

    /// Takes up what a member's conversion said.
    pub(super) fn decide(&mut self, member: u64, action: Action, now: Timestamp) {
        let Some(entry) = self.members.get_mut(&member) else { return };
        if entry.out.is_some() && !matches!(action, Action::Busy { .. }) {
            entry.out = None;
            self.decided.push_back(BatchAction::Abort { member });
        }
        match action {
            Action::Send(request) => {
                entry.out = Some((request.id, now));
                self.decided.push_back(BatchAction::Send { member, request });
                // Its deadline becomes the time at which it wants to be polled again.
                self.queue(member);
            }
            Action::Settle { id } => {
                entry.out = Some((id, now));
                self.decided.push_back(BatchAction::Settle { member, id });
                self.queue(member);
            }
            Action::Wait { until } | Action::Busy { deadline: until } => {
                if entry.wake != Some(until) {
                    entry.wake = Some(until);
                    self.timers.push(Reverse((until, member)));
                }
            }
            Action::Done(result) => {
                let progress = entry.conversion.news(now);
                self.places.leave(&mut entry.place);
                self.members.remove(&member);
                self.active -= 1;
                self.decided.push_back(BatchAction::Done { member, result, progress });
            }
        }
    }

    /// Lets the next member send, if the pace and the budget allow it; else tells when they may.
    pub(super) fn send(&mut self, now: Timestamp) -> Result<BatchAction, Option<Timestamp>> {
        while let Some(&member) = self.senders.front() {
            let Some(entry) = self.members.get_mut(&member) else {
                self.senders.pop_front();
                continue;
            };
            if entry.conversion.sends_next(now) {
                self.throttle.admit(now).map_err(Some)?;
                if entry.conversion.repeats() && !entry.throttled {
                    self.budget.spend(now).map_err(Some)?;
                }
                self.throttle.take();
            }
            self.senders.pop_front();
            entry.queued = false;
            let action = entry.conversion.poll(now);
            self.decide(member, action, now);
            if let Some(action) = self.decided.pop_front() {
                return Ok(action);
            }
        }
        Err(None)
    }

    /// When to poll again: at the next timer, or when the pace allows the next request.
    pub(super) fn wait(&self, until: Option<Timestamp>) -> BatchAction {
        if self.members.is_empty() {
            return BatchAction::Idle;
        }
        let timer = self.timers.peek().map(|Reverse((time, _))| *time);
        let until = timer.into_iter().chain(until).min();
        BatchAction::Wait { until: until.unwrap_or(Timestamp::MAX) }
    }
}
