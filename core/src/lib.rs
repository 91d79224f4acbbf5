//! The CloudConvert protocol, written once and without I/O: no network, no clock, no hidden randomness, no `unsafe`.
//!
//! Two layers: every call of the API is a value ([`Call`]) that builds a request and reads its answer; and
//! [`Conversion`] drives those calls from a wish to a verified output, through every failure on the way. A host performs
//! the requests, sleeps, and tells what happened. [`conversion`] states the one contract between the two.
//!
//! # The loop
//!
//! 1. [`Conversion::poll`] says what is to be done. The present time is an argument.
//! 2. The host does it: it sends a request, gives outputs their names, or waits until the time that it is told.
//! 3. [`Conversion::handle`] is told what happened, by the ID of the request.
//! 4. The host polls again, until the action is [`Action::Done`].
//!
//! ```
//! use cloudconvert_core::{Action, Api, Conversion, Event, Job, Policy, Reason, Request, Timestamp, Value};
//!
//! let mut wish = Value::object();
//! wish.set("input", "upload");
//! wish.set("name", "photo.png");
//! wish.set("to", "jpg");
//! let api = Api::new("https://api.example.com/v2", Some("KEY"))?;
//! let mut conversion = Conversion::new(&api, Job::from_value(&wish)?, Policy::default(), 42)?;
//!
//! // This host has no network, and its time passes at once.
//! let send = |request: &Request| Event::Failed { id: request.id, reason: Reason::Unreached };
//! let mut now = Timestamp::from_millis(0);
//! let result = loop {
//!     match conversion.poll(now) {
//!         Action::Send(request) => conversion.handle(now, send(&request)),
//!         Action::Settle { id } => conversion.handle(now, Event::Settled { id }),
//!         Action::Wait { until } | Action::Busy { deadline: until } => now = until,
//!         Action::Done(result) => break result,
//!     }
//! };
//! assert_eq!(result.unwrap_err().message, "the service cannot be reached; check the base URL and the network");
//! # Ok::<(), cloudconvert_core::Error>(())
//! ```
//!
//! This is wrong:
//!
//! ```ignore
//! while let Action::Send(request) = conversion.poll(now) {
//!     let response = send(&request).await;
//!     conversion.handle(now, Event::Response { id: request.id, response });
//! }
//! ```
//!
//! It waits for the answer alone, so a service that never answers holds it for ever: `Busy` says until when. It stops at the first
//! `Wait`. Its time stands still, so no deadline passes.

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
