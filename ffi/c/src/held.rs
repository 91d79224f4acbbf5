//! What stands behind the handles of conversions and batches.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::{mem, ptr};

use cloudconvert_core as core;
use cloudconvert_core::{Event, Timestamp};

use crate::failure::{Code, Failure};
use crate::handles::Handles;
use crate::memory::Texts;
use crate::next::HandedOut;

/// The machine, and what C may still be reading of it.
pub(crate) struct HeldConversion {
    pub(crate) api: core::Api,
    pub(crate) machine: Machine,
    pub(crate) handed_out: HandedOut,
    /// Memory for answers.
    pub(crate) response: core::Response,
    pub(crate) progress: Texts,
    /// How far it was when it ended in a batch.
    pub(crate) ended: Option<core::Progress>,
    /// The state that was written down last.
    pub(crate) saved: Option<CString>,
    /// The name of an output that was asked for last.
    pub(crate) name: Option<CString>,
}

/// Where the machine is.
pub(crate) enum Machine {
    /// Here.
    Own(Box<core::Conversion>),
    /// In a batch.
    Member(Membership),
}

impl Machine {
    /// Lends the machine to `look`; nothing where it has ended in a batch and is gone.
    pub(crate) fn look<R>(&self, look: impl FnOnce(&core::Conversion) -> R) -> Result<Option<R>, Failure> {
        match self {
            Self::Own(machine) => Ok(Some(look(machine))),
            Self::Member(membership) => membership.look(look),
        }
    }

    /// The machine, unless it is in a batch.
    pub(crate) fn own(&mut self) -> Result<&mut core::Conversion, Failure> {
        match self {
            Self::Own(machine) => Ok(machine),
            Self::Member(_) => Err(is_in_batch()),
        }
    }

    pub(crate) fn handle(&mut self, now: u64, event: Event) -> Result<(), Failure> {
        match self {
            Self::Own(machine) => machine.handle(Timestamp::from_millis(now), event),
            Self::Member(membership) => membership.handle(now, event)?,
        }
        Ok(())
    }

    /// A whole answer has come. Its memory is used again, unless a batch takes it.
    pub(crate) fn answered(
        &mut self,
        now: u64,
        id: u64,
        response: &mut core::Response,
    ) -> Result<(), Failure> {
        match self {
            Self::Own(machine) => machine.handle_response(Timestamp::from_millis(now), id, response),
            Self::Member(membership) => {
                membership.handle(now, Event::Response { id, response: mem::take(response) })?;
            }
        }
        Ok(())
    }

    pub(crate) fn naming(&mut self, outputs: Vec<(String, String)>) -> Result<Option<String>, Failure> {
        match self {
            Self::Own(machine) => Ok(machine.naming(outputs)),
            Self::Member(membership) => membership.naming(outputs),
        }
    }

    pub(crate) fn cancel(&mut self, now: u64) -> Result<(), Failure> {
        match self {
            Self::Own(machine) => machine.cancel(Timestamp::from_millis(now)),
            Self::Member(membership) => membership.cancel(now)?,
        }
        Ok(())
    }
}

pub(crate) static CONVERSIONS: Handles<HeldConversion> = Handles::new("conversion");

/// The batch, and the handles of its members.
pub(crate) struct HeldBatch {
    pub(crate) batch: core::Batch,
    pub(crate) members: BTreeMap<u64, usize>,
}

pub(crate) static BATCHES: Handles<HeldBatch> = Handles::new("batch");

/// Which member of which batch a conversion is.
pub(crate) struct Membership {
    pub(crate) batch: usize,
    pub(crate) member: u64,
}

impl Membership {
    fn with<R>(&self, body: impl FnOnce(&mut core::Batch) -> R) -> Result<R, Failure> {
        BATCHES.with(ptr::without_provenance::<()>(self.batch), |held| Ok(body(&mut held.batch)))
    }

    pub(crate) fn look<R>(&self, look: impl FnOnce(&core::Conversion) -> R) -> Result<Option<R>, Failure> {
        self.with(|batch| batch.get(self.member).map(look))
    }

    pub(crate) fn handle(&self, now: u64, event: Event) -> Result<(), Failure> {
        self.with(|batch| batch.handle(Timestamp::from_millis(now), self.member, event))
    }

    pub(crate) fn naming(&self, outputs: Vec<(String, String)>) -> Result<Option<String>, Failure> {
        self.with(|batch| batch.naming(self.member, outputs))
    }

    pub(crate) fn cancel(&self, now: u64) -> Result<(), Failure> {
        self.with(|batch| batch.cancel(Timestamp::from_millis(now), self.member))
    }

    /// Whether the batch is there and still has the conversion.
    pub(crate) fn runs(&self) -> bool {
        matches!(self.look(|_| ()), Ok(Some(())))
    }
}

pub(crate) fn is_in_batch() -> Failure {
    Failure::new(Code::WrongOrder, "the conversion is in a batch: poll and free it by way of that")
}
