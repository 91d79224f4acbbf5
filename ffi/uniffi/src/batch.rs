//! Many conversions behind one concurrency limit and one throttle.

use std::sync::{Arc, Mutex};

use cloudconvert_core as core;

use crate::machine::{Inner, Machine, locked, no_conversion};
use crate::records::{ConversionProgress, MachineError, Outcome, Request};

/// What the host should do now about a batch.
#[allow(clippy::large_enum_variant)] // UniFFI copies it into a record of the language at once.
#[derive(uniffi::Enum)]
pub enum BatchAction {
    /// Send this request of this member; what happens to it is told to the member's machine.
    Send {
        /// Whose request it is.
        member: u64,
        /// The request.
        request: Request,
    },
    /// Give the outputs of this member their names, as with [`Action::Settle`](crate::records::Action::Settle).
    Settle {
        /// Whose outputs they are.
        member: u64,
        /// Names this in what is told of it.
        id: u64,
    },
    /// Abort the request of this member that is out, or its settling.
    Abort {
        /// Whose request it is.
        member: u64,
    },
    /// This member has ended and is no longer in the batch.
    Done {
        /// Which member has ended.
        member: u64,
        /// What it ended with.
        outcome: Outcome,
        /// How far it was in the end, unless that has been told as news already.
        progress: Option<ConversionProgress>,
    },
    /// Do nothing before this time, or before something happens.
    Wait {
        /// When to poll again.
        until: u64,
    },
    /// There are no members.
    Idle,
}

/// Many conversions. A machine that is added keeps being told what happens to its requests; the batch is polled in its
/// place.
#[derive(uniffi::Object)]
pub struct Batch(Arc<Mutex<core::Batch>>);

#[uniffi::export]
impl Batch {
    /// A batch in which so many conversions run at once: one at least.
    #[uniffi::constructor]
    pub fn new(concurrency: i64, seed: u64) -> Result<Self, MachineError> {
        let concurrency = core::Concurrency::from_value(&core::Value::Integer(concurrency))?;
        Ok(Self(Arc::new(Mutex::new(core::Batch::new(concurrency, seed)))))
    }

    /// Adds a machine that was not polled yet, and gives the member's name.
    pub fn add(&self, machine: Arc<Machine>) -> Result<u64, MachineError> {
        let mut inner = machine.inner();
        let Inner::Conversion(conversion) = &*inner else {
            return Err(no_conversion());
        };
        let member = locked(&self.0).add(conversion.as_ref().clone());
        *inner = Inner::Member { batch: Arc::clone(&self.0), member };
        Ok(member)
    }

    /// What to do now.
    pub fn poll(&self, now: u64) -> BatchAction {
        match locked(&self.0).poll(core::Timestamp::from_millis(now)) {
            core::BatchAction::Send { member, request } => {
                BatchAction::Send { member, request: request.into() }
            }
            core::BatchAction::Settle { member, id } => BatchAction::Settle { member, id },
            core::BatchAction::Abort { member } => BatchAction::Abort { member },
            core::BatchAction::Done { member, result, progress } => {
                BatchAction::Done { member, outcome: result.into(), progress: progress.map(Into::into) }
            }
            core::BatchAction::Wait { until } => BatchAction::Wait { until: until.as_millis() },
            core::BatchAction::Idle => BatchAction::Idle,
        }
    }
}
