//! How far a conversion is, for people.

use super::rules::Phase;
use super::{Conversion, Turn};
use crate::json::Value;

/// What the client is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Stage {
    Create,
    Start,
    Upload,
    Convert,
    Download,
    Delete,
    Done,
}

impl Stage {
    /// The stage as every language shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Start => "start",
            Self::Upload => "upload",
            Self::Convert => "convert",
            Self::Download => "download",
            Self::Delete => "delete",
            Self::Done => "done",
        }
    }
}

/// A snapshot of a conversion.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// What the client is doing.
    pub stage: Stage,
    /// The step of the service: `input`, `wait`, `convert`, `output`, `finished`, or one that comes later.
    pub step: Option<String>,
    /// How much of the conversion the service has done, from 0 to 100.
    pub percent: Option<f64>,
    /// What the service says about it. After a failure: what is waited for, and until when.
    pub message: String,
    /// Bytes of the input sent, framing included.
    pub sent: u64,
    /// Bytes of the present output received.
    pub received: u64,
    /// How many bytes the present upload or download has, where known.
    pub total: Option<u64>,
    /// Failures in a row of the present call.
    pub attempt: u32,
    /// The process ID, once there is one.
    pub process_id: Option<String>,
}

impl Progress {
    /// The same for hosts that pass it on.
    pub fn to_value(&self) -> Value<'static> {
        let mut value = Value::object();
        value.set("stage", self.stage.as_str());
        value.set("step", self.step.clone().map_or(Value::Null, Value::from));
        value.set("percent", self.percent.map_or(Value::Null, Value::from));
        value.set("message", self.message.clone());
        value.set("sent", self.sent);
        value.set("received", self.received);
        value.set("total", self.total.map_or(Value::Null, Value::from));
        value.set("attempt", u64::from(self.attempt));
        value.set_some("processId", self.process_id.clone());
        value
    }
}

impl Conversion {
    /// The names of the outputs that are whole: they can be given their final names now, before the process is deleted.
    pub fn verified(&self) -> impl Iterator<Item = &str> {
        self.downloads.iter().take(self.current).map(|download| download.name.as_str())
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        let download = self.downloads.get(self.current);
        let stage = match self.phase {
            _ if self.turn == Turn::Done => Stage::Done,
            Phase::Check if self.checking == Phase::Upload => Stage::Upload,
            Phase::Check if self.checking == Phase::Download => Stage::Download,
            Phase::Create => Stage::Create,
            Phase::Start | Phase::Check => Stage::Start,
            Phase::Upload => Stage::Upload,
            Phase::Follow => Stage::Convert,
            Phase::Download => Stage::Download,
            Phase::Delete => Stage::Delete,
        };
        Progress {
            stage,
            step: self.status.step.clone(),
            percent: self.status.percent,
            message: if self.notice.is_empty() { self.status.message.clone() } else { self.notice.clone() },
            sent: self.sent,
            received: download.map_or(0, |download| download.received),
            total: match stage {
                Stage::Upload => self.total,
                Stage::Download => download.and_then(|download| download.size),
                _ => None,
            },
            attempt: self.backoff.attempt,
            process_id: self.process_id.clone(),
        }
    }
}
