//! An answer that is kept here until it is whole.

use cloudconvert_core as core;

use crate::failure::{Code, Failure};

/// As much of an answer as has come.
#[derive(Default)]
pub(crate) struct Answer {
    /// The request; 0 where no answer has begun.
    id: u64,
    /// The most bytes to keep in memory.
    limit: usize,
    response: core::Response,
}

impl Answer {
    /// One that begins with this head, and whose body goes there.
    pub(crate) fn begin(id: u64, head: &core::Response, place: core::Place) -> Self {
        let mut response = core::Response { body: Vec::new(), ..head.clone() };
        let limit = match place {
            core::Place::Memory { limit } => limit,
            core::Place::File { offset } => {
                response.received = offset;
                0
            }
        };
        Self { id, limit, response }
    }

    /// The file is this long now.
    pub(crate) fn received(&mut self, id: u64, bytes: u64) {
        if id == self.id {
            self.response.received = bytes;
        }
    }

    /// Takes more of the body; gives how many bytes of it.
    pub(crate) fn take(&mut self, id: u64, bytes: &[u8]) -> Result<usize, Failure> {
        self.check(id)?;
        let taken = bytes.len().min(self.limit - self.response.body.len());
        self.response.body.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    /// The whole answer.
    pub(crate) fn end(&mut self, id: u64) -> Result<core::Response, Failure> {
        self.check(id)?;
        Ok(std::mem::take(self).response)
    }

    fn check(&self, id: u64) -> Result<(), Failure> {
        let why = "no answer to this request has begun: tell its head first";
        if id == self.id && id > 0 { Ok(()) } else { Err(Failure::new(Code::WrongOrder, why)) }
    }
}
