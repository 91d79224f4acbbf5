//! How far a conversion is, as C reads it.

use std::ffi::{c_char, c_uint};

use cloudconvert_core as core;

use crate::memory::Texts;
use crate::request::{CLOUDCONVERT_UNKNOWN, milliseconds};

/// What a conversion is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum Stage {
    /// It creates the process.
    Create = 1,
    /// It starts the process.
    Start = 2,
    /// It uploads the input.
    Upload = 3,
    /// It waits for the service.
    Convert = 4,
    /// It downloads the output.
    Download = 5,
    /// It deletes the process.
    Delete = 6,
    /// It has ended.
    Done = 7,
}

/// A number of [`Stage`] as C passes it: perhaps none of them.
pub type StageNumber = c_uint;

impl From<core::Stage> for Stage {
    fn from(stage: core::Stage) -> Self {
        match stage {
            core::Stage::Create => Self::Create,
            core::Stage::Start => Self::Start,
            core::Stage::Upload => Self::Upload,
            core::Stage::Convert => Self::Convert,
            core::Stage::Download => Self::Download,
            core::Stage::Delete => Self::Delete,
            core::Stage::Done => Self::Done,
        }
    }
}

/// A snapshot of a conversion. Its texts live until the next `cloudconvert_conversion_progress` of the same conversion, or until
/// the conversion is freed.
#[repr(C)]
pub struct Progress {
    /// What the conversion is doing.
    pub stage: Stage,
    /// Failures in a row of the present call.
    pub attempt: u32,
    /// How much of the whole is done, from 0 to 1: always a finite number, and it never goes back. It is 1 at the end of a
    /// conversion that went well, and only there.
    pub fraction: f64,
    /// The service's step: `input`, `wait`, `convert`, `output`, `finished`, or one that comes later. NULL for none.
    pub step: *const c_char,
    /// How much of the conversion the service has done, from 0 to 100; less than 0 where that is not known.
    pub percent: f64,
    /// What the service says about it; not NULL, perhaps empty.
    pub message: *const c_char,
    /// Bytes of the input sent, framing included.
    pub sent: u64,
    /// Bytes of the present output received.
    pub received: u64,
    /// How many bytes the present upload or download has; `CLOUDCONVERT_UNKNOWN` where that is not known.
    pub total: u64,
    /// How fast the present upload or download is, in bytes per second; `CLOUDCONVERT_UNKNOWN` until that can be told.
    pub speed: u64,
    /// How long the present upload, conversion or download still takes at its pace, in milliseconds;
    /// `CLOUDCONVERT_UNKNOWN` until that can be told.
    pub time_left: u64,
    /// How many outputs are whole, in the order of their requests.
    pub verified: usize,
    /// The process ID; NULL until there is one.
    pub process_id: *const c_char,
    /// Space for members of later versions.
    pub reserved: [u64; 4],
}

/// A snapshot, and the texts that it points to. Without a progress, that of one whose batch is gone.
pub(crate) fn snapshot(progress: Option<&core::Progress>, verified: usize) -> (Progress, Texts) {
    let mut texts = Texts::default();
    let step = texts.push_some(progress.and_then(|progress| progress.step.as_deref()));
    let message = texts.push(progress.map_or("", |progress| &progress.message));
    let process_id = texts.push_some(progress.and_then(|progress| progress.process_id.as_deref()));
    let snapshot = Progress {
        stage: progress.map_or(Stage::Done, |progress| progress.stage.into()),
        attempt: progress.map_or(0, |progress| progress.attempt),
        fraction: progress.map_or(0.0, |progress| progress.fraction),
        step: texts.at(step),
        percent: progress.and_then(|progress| progress.percent).unwrap_or(-1.0),
        message: texts.at(message),
        sent: progress.map_or(0, |progress| progress.sent),
        received: progress.map_or(0, |progress| progress.received),
        total: progress.and_then(|progress| progress.total).unwrap_or(CLOUDCONVERT_UNKNOWN),
        speed: progress.and_then(|progress| progress.speed).unwrap_or(CLOUDCONVERT_UNKNOWN),
        time_left: milliseconds(progress.and_then(|progress| progress.time_left)),
        verified,
        process_id: texts.at(process_id),
        reserved: [0; 4],
    };
    (snapshot, texts)
}
