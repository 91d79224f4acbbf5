//! The CloudConvert protocol, written once and without I/O: no network, no clock, no hidden randomness, no `unsafe`.
//!
//! Two layers: every call of the API is a value ([`Call`]) that builds a request and reads its answer; and
//! [`Conversion`] drives those calls from a wish to a verified output, through every failure on the way. A host performs
//! the requests, sleeps, and tells what happened. [`conversion`] states the one contract between the two.

mod api;
mod backoff;
pub mod batch;
mod begin;
mod call;
mod callback;
mod choice;
pub mod conversion;
mod error;
mod fault;
mod http;
mod job;
mod json;
mod multipart;
mod names;
mod option;
mod platform;
mod policy;
mod retry_after;
#[cfg(feature = "calls")]
mod save_to;
mod scope;
#[cfg(feature = "surface")]
pub mod surface;
mod text;
mod time;
mod version;
mod wire;

pub use api::{Api, DEFAULT_BASE};
pub use batch::{Batch, BatchAction, Concurrency};
pub use call::{AnyCall, CallMachine};
pub use callback::Callback;
pub use conversion::{Action, Conversion, Event, Needs, Output, OutputFile, Progress, Saved, Stage};
pub use error::{Code, Error, Facts, FailedRequest};
pub use http::{Body, Fields, Form, Method, Piece, Place, Reason, Request, Response, Sink};
#[cfg(feature = "v2")]
pub use job::Tasks;
pub use job::{
    Azure, Destination, Ftp, GoogleCloud, Input, InputFile, Job, Mode, OpenStack, S3, Sftp, Storage,
    format_of, is_full_url,
};
pub use json::Value;
pub use names::{name_from_bytes, numbered_name, safe_name};
#[cfg(feature = "native")]
pub use platform::Native;
pub use platform::{Platform, Url};
pub use policy::{DownloadMode, Policy, UploadMethod, Watch};
pub use retry_after::retry_after;
#[cfg(feature = "calls")]
pub use save_to::{Present, SaveTo};
pub use time::Timestamp;
pub use wire::call::Call;
#[cfg(feature = "v1")]
pub use wire::v1;
#[cfg(all(feature = "v2", feature = "signing"))]
pub use wire::v2::{SignedUrl, Webhook};
