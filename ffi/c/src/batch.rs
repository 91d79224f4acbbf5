//! Many conversions behind one concurrency limit and one throttle.
//!
//! A conversion that is in a batch keeps its handle: what happens to its requests is told to it, and it passes that on. Locks
//! are taken in one order, conversion before batch, so a poll releases the batch before it looks up the conversion.

use std::collections::BTreeMap;
use std::ffi::c_char;
use std::ptr;

use cloudconvert_core as core;
use cloudconvert_core::{BatchAction as Decided, Callback, Concurrency, Timestamp};

use crate::api::{self, Api};
use crate::conversion::Conversion;
use crate::failure::{Code, Failure, guard};
use crate::held::{BATCHES, CONVERSIONS, HeldBatch, Machine, Membership, is_in_batch};
use crate::memory::{Out, text};
use crate::{request, result};

/// How many conversions of a batch run at once where nobody says otherwise, as in every language of the kit.
pub const CLOUDCONVERT_CONCURRENCY: usize = 5;
const _: () = assert!(CLOUDCONVERT_CONCURRENCY == Concurrency::DEFAULT.get());

/// Many conversions behind one concurrency limit and one throttle. Opaque; made by `cloudconvert_batch_new`.
pub struct Batch {
    _opaque: [u8; 0],
}

/// What the program should do now about a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum BatchAction {
    /// Send `request` of `conversion`; what happens to it is told to that conversion.
    Send = 1,
    /// Abort the request of `conversion` that is out, or its settling.
    Abort = 2,
    /// `conversion` has ended with `result` and is no longer in the batch; it is yours to free.
    Done = 3,
    /// There is nothing to do before `until`, or before something happens.
    Wait = 4,
    /// There are no conversions in the batch.
    Idle = 5,
    /// Give the outputs of `conversion` their names, as by `CLOUDCONVERT_ACTION_SETTLE`.
    Settle = 6,
}

/// What `cloudconvert_batch_poll` answers.
#[repr(C)]
pub struct BatchNext {
    /// What to do.
    pub action: BatchAction,
    /// Which conversion it is about; NULL with `WAIT` and `IDLE`.
    pub conversion: *mut Conversion,
    /// With `WAIT`: when to poll again at the latest. Else 0.
    pub until: u64,
    /// With `SEND`: what to send. Else NULL.
    pub request: *const request::Request,
    /// With `DONE`: what the conversion ended with. Else NULL.
    pub result: *const result::Result,
    /// Space for members of later versions.
    pub reserved: [u64; 4],
}

/// Makes an empty batch.
///
/// @param concurrency  How many of its conversions run at once, from 1 on: `CLOUDCONVERT_CONCURRENCY`, unless you know better.
/// @param seed         What its pace is spread by: `cloudconvert_seed()`.
/// @param batch        Where the new handle is written. Free it with `cloudconvert_batch_free`.
/// @return `BAD_REQUEST` for a concurrency of 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_batch_new(
    concurrency: usize,
    seed: u64,
    batch: *mut *mut Batch,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(batch, "batch") }?;
        let held = HeldBatch {
            batch: core::Batch::new(Concurrency::new(concurrency)?, seed),
            members: BTreeMap::new(),
        };
        out.set_handle(|| Ok(BATCHES.insert(held)))
    })
}

/// Puts a conversion into a batch, which begins it when the limit allows. From then on, poll the batch in its
/// place. All other functions go on working for it. Free it after it has ended.
///
/// @return `WRONG_ORDER` for a conversion that is in a batch, or was polled already.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_batch_add(batch: *mut Batch, conversion: *mut Conversion) -> Code {
    guard(|| {
        CONVERSIONS.with(conversion, |member| {
            let Machine::Own(machine) = &member.machine else { return Err(is_in_batch()) };
            if member.handed_out.has_begun() {
                return Err(Failure::new(
                    Code::WrongOrder,
                    "the conversion has begun on its own: add it before it is polled",
                ));
            }
            let machine = machine.as_ref().clone();
            let name = BATCHES.with(batch, |held| {
                let name = held.batch.add(machine);
                held.members.insert(name, conversion.addr());
                Ok(name)
            })?;
            member.machine = Machine::Member(Membership { batch: batch.addr(), member: name });
            Ok(())
        })
    })
}

/// Asks what to do now. Call it until it answers `WAIT` or `IDLE`, and do what it said on the way.
///
/// @param next  Where the answer is written. Not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_batch_poll(batch: *mut Batch, now: u64, next: *mut BatchNext) -> Code {
    guard(|| {
        // SAFETY: the header asks for a writable place.
        let out = unsafe { Out::new(next, "next") }?;
        let (decided, conversion) = BATCHES.with(batch, |held| {
            let decided = held.batch.poll(Timestamp::from_millis(now));
            let token = match &decided {
                Decided::Send { member, .. } | Decided::Settle { member, .. } | Decided::Abort { member } => {
                    held.members.get(member).copied()
                }
                Decided::Done { member, .. } => held.members.remove(member),
                Decided::Wait { .. } | Decided::Idle => None,
            };
            Ok((decided, ptr::without_provenance_mut::<Conversion>(token.unwrap_or(0))))
        })?;
        let nothing = BatchNext {
            action: BatchAction::Idle,
            conversion,
            until: 0,
            request: ptr::null(),
            result: ptr::null(),
            reserved: [0; 4],
        };
        out.set(match decided {
            Decided::Idle => nothing,
            Decided::Wait { until } => {
                BatchNext { action: BatchAction::Wait, until: until.as_millis(), ..nothing }
            }
            Decided::Abort { .. } => BatchNext { action: BatchAction::Abort, ..nothing },
            Decided::Settle { id, .. } => {
                next_of(conversion, core::Action::Settle { id })?;
                BatchNext { action: BatchAction::Settle, ..nothing }
            }
            Decided::Send { request, .. } => {
                let next = next_of(conversion, core::Action::Send(request))?;
                BatchNext { action: BatchAction::Send, request: next.request, ..nothing }
            }
            Decided::Done { result, progress, .. } => {
                CONVERSIONS.with(conversion, |held| {
                    // Nothing here asks for news, so it has not been told.
                    held.ended = progress;
                    Ok(())
                })?;
                let next = next_of(conversion, core::Action::Done(result))?;
                BatchNext { action: BatchAction::Done, result: next.result, ..nothing }
            }
        });
        Ok(())
    })
}

/// Keeps what is handed out with its conversion.
fn next_of(conversion: *mut Conversion, action: core::Action) -> Result<crate::next::Next, Failure> {
    CONVERSIONS.with(conversion, |held| Ok(held.handed_out.next(action)))
}

/// Tells that the service called the callback URL of one of the jobs; the library finds the conversion that it is about.
///
/// @param api     The API of the conversions, to check the callback with.
/// @param called  The URL that was called, or its query alone. Not NULL.
/// @return `BAD_REQUEST` for a callback that names no process, `UNTRUSTED_URL` for one that names another service's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_batch_called_back(
    batch: *mut Batch,
    now: u64,
    api: *const Api,
    called: *const c_char,
) -> Code {
    guard(|| {
        // SAFETY: the header asks for a NUL-terminated string; it is read in this call.
        let called = unsafe { text(called, "called") }?;
        let callback = Callback::read(&api::copy(api)?, called)?;
        BATCHES.with(batch, |held| {
            held.batch.called_back(Timestamp::from_millis(now), &callback);
            Ok(())
        })
    })
}

/// Frees a batch. Conversions that are still in it can only be freed afterwards. To clean up on the service, cancel each
/// and poll until `IDLE` first.
///
/// @param batch  The handle, which is dead afterwards. NULL is allowed and does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cloudconvert_batch_free(batch: *mut Batch) -> Code {
    guard(|| BATCHES.remove(batch))
}
