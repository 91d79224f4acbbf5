//! When a file that a call downloads gets its name: when it is whole, before the end.

use super::machine::{CallMachine, State};
use crate::conversion::{Action, Event};
use crate::error::{Code, Error};
use crate::time::Timestamp;
use crate::wire::call::Call;

impl<C: Call> CallMachine<C>
where
    C::Reply: Clone,
{
    /// Has the host give the file its name, which takes no longer than a call may.
    pub(super) fn settle(&mut self, now: Timestamp) -> Action<C::Reply> {
        let State::Settling { deadline, .. } = &mut self.state else { return Action::Wait { until: now } };
        match *deadline {
            None => {
                *deadline = Some(now.later(self.policy.deadline));
                self.request.id += 1;
                Action::Settle { id: self.request.id }
            }
            Some(deadline) if now < deadline => Action::Busy { deadline },
            Some(_) => {
                let message = "the call took longer than its deadline; give it more time";
                let error = Error::new(Code::Timeout, message);
                self.state = State::Done(Err(error.clone()));
                Action::Done(Err(error))
            }
        }
    }

    /// What the host tells of the name.
    pub(super) fn settled(&mut self, event: Event) {
        let State::Settling { reply, .. } = &self.state else { return };
        let out = self.request.id;
        match event {
            Event::Settled { id } if id == out => self.state = State::Done(Ok(reply.clone())),
            Event::Failed { id, reason } if id == out => self.state = State::Done(Err(reason.to_error())),
            _ => {}
        }
    }
}
