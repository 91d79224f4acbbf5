//! What a poll answers.

use std::ptr;
use std::sync::Arc;

use cloudconvert_core as core;

use crate::failure::{Code, Failure};
use crate::gathered::Answer;
use crate::{request, result};

/// What the program should do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum Action {
    /// Send `request`. Handed out once for each request.
    Send = 1,
    /// There is nothing to do before `until`.
    Wait = 2,
    /// The request is out: poll again after the next thing that happens to it, or at `until`.
    Busy = 3,
    /// The end: see `result`. It stays.
    Done = 4,
    /// All outputs are whole, and the service still has them: write them to the disk, then give them their names, and tell
    /// that by `cloudconvert_conversion_settled` or `cloudconvert_call_settled`. Handed out once.
    Settle = 5,
}

/// What `cloudconvert_conversion_poll` and `cloudconvert_call_poll` answer.
#[repr(C)]
pub struct Next {
    /// What to do. Whenever it is not `CLOUDCONVERT_ACTION_BUSY`, a request that is still out has to be aborted.
    pub action: Action,
    /// With `WAIT` and `BUSY`: when to poll again at the latest. Else 0.
    pub until: u64,
    /// With `SEND`: what to send. Else NULL.
    pub request: *const request::Request,
    /// With `DONE`: what the conversion or the call ended with. Else NULL.
    pub result: *const result::Result,
    /// Space for members of later versions.
    pub reserved: [u64; 4],
}

impl Next {
    const NOTHING: Self =
        Self { action: Action::Wait, until: 0, request: ptr::null(), result: ptr::null(), reserved: [0; 4] };
}

/// What C may still be reading: the last request, the one before until the next poll, and the result.
#[derive(Default)]
pub(crate) struct HandedOut {
    request: Option<Arc<request::OwnedRequest>>,
    previous: Option<Arc<request::OwnedRequest>>,
    /// A former request that C does not read any more: memory for the next.
    spare: Option<Arc<request::OwnedRequest>>,
    result: Option<Arc<result::OwnedResult>>,
    /// What the settling is called that was handed out last.
    settling: Option<u64>,
    /// Why there was no answer, in the program's own words.
    cause: Option<String>,
    /// The answer to the last request, as far as it was told.
    pub(crate) answer: Answer,
}

impl HandedOut {
    /// Refuses an ID of which no request was handed out.
    pub(crate) fn expect(&self, id: u64) -> Result<(), Failure> {
        let last = self.request.as_ref().map_or(0, |request| request.id());
        if (1..=last).contains(&id) { Ok(()) } else { Err(never_sent()) }
    }

    /// What the settling is called that was handed out.
    pub(crate) fn settling(&self) -> Result<u64, Failure> {
        let none = || {
            Failure::new(
                Code::WrongOrder,
                "the outputs do not get their names yet: poll until CLOUDCONVERT_ACTION_SETTLE comes",
            )
        };
        self.settling.ok_or_else(none)
    }

    /// How the settling ended: the same as the machine is told it.
    pub(crate) fn settled(&mut self, why: Option<&str>) -> Result<core::Event, Failure> {
        let id = self.settling()?;
        self.settling = None;
        let Some(why) = why else { return Ok(core::Event::Settled { id }) };
        self.cause = Some(why.to_owned());
        Ok(core::Event::Failed { id, reason: core::Reason::Sink(why.to_owned()) })
    }

    /// There is no answer to the last request, for this reason. What becomes of a deletion does not change why something
    /// failed before.
    pub(crate) fn failed(&mut self, why: Option<&str>) {
        if !self.cleans_up() {
            self.cause = why.map(str::to_owned);
        }
    }

    /// There is an answer.
    pub(crate) fn answered(&mut self) {
        if !self.cleans_up() {
            self.cause = None;
        }
    }

    fn cleans_up(&self) -> bool {
        self.request.as_ref().is_some_and(|request| request.cleans_up())
    }

    /// The answer to the last request has begun, if this is its ID: where it goes.
    pub(crate) fn begun(&mut self, id: u64, head: &core::Response) -> Result<core::Place, Failure> {
        let last = self.request.as_ref().filter(|request| request.id() == id);
        let place = last.and_then(|request| request.target(head)).ok_or_else(never_sent)?;
        self.answer = Answer::begin(id, head, place);
        Ok(place)
    }

    /// Whether anything was handed out.
    pub(crate) fn has_begun(&self) -> bool {
        self.request.is_some() || self.result.is_some()
    }

    /// How many outputs there are, as far as the end was handed out.
    pub(crate) fn outputs(&self) -> usize {
        self.result.as_ref().map_or(0, |result| result.result.file_count)
    }

    /// The end, if it was handed out.
    pub(crate) fn ended(&self) -> Option<Next> {
        let result = &raw const self.result.as_deref()?.result;
        Some(Next { action: Action::Done, result, ..Next::NOTHING })
    }

    /// The core's action as C reads it.
    pub(crate) fn next<T: result::Reached>(&mut self, action: core::Action<T>) -> Next {
        self.spare = self.previous.take().or_else(|| self.spare.take());
        match action {
            core::Action::Wait { until } => Next { until: until.as_millis(), ..Next::NOTHING },
            core::Action::Busy { deadline } => {
                Next { action: Action::Busy, until: deadline.as_millis(), ..Next::NOTHING }
            }
            core::Action::Send(sent) => {
                let mut request = self.spare.take().unwrap_or_default();
                if let Some(request) = Arc::get_mut(&mut request) {
                    request.set(sent);
                }
                let next = Next { action: Action::Send, request: request.request(), ..Next::NOTHING };
                self.previous = self.request.replace(request);
                next
            }
            core::Action::Settle { id } => {
                self.settling = Some(id);
                Next { action: Action::Settle, ..Next::NOTHING }
            }
            core::Action::Done(ended) => {
                // Made once, so that what C was handed stays where it is.
                let result =
                    self.result.get_or_insert_with(|| result::OwnedResult::new(ended, self.cause.as_deref()));
                Next { action: Action::Done, result: &raw const result.result, ..Next::NOTHING }
            }
        }
    }
}

fn never_sent() -> Failure {
    Failure::new(Code::WrongOrder, "`id` is not that of a request from a poll: pass the `id` of the request")
}

#[cfg(all(test, target_pointer_width = "64"))]
mod tests {
    use super::*;
    use crate::{batch, conversion, progress, response};

    /// Programs that were compiled before have memory of just this size.
    #[test]
    fn structs_of_the_program_keep_their_size() {
        assert_eq!(size_of::<Next>(), 64);
        assert_eq!(size_of::<batch::BatchNext>(), 72);
        assert_eq!(size_of::<response::BodyTarget>(), 56);
        assert_eq!(size_of::<response::Response>(), 80);
        assert_eq!(size_of::<conversion::InputFile>(), 32);
        assert_eq!(size_of::<request::Header>(), 16);
        assert_eq!(size_of::<request::Piece>(), 40);
        assert_eq!(size_of::<result::OutputFile>(), 32);
        assert_eq!(size_of::<progress::Progress>(), 128);
    }
}
