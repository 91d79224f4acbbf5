//! One conversion, from wish to verified output: the step state machine.
//!
//! **The one contract**: call [`Conversion::poll`] until it says what to wait for, do that, tell what happened by
//! [`Conversion::handle`], and poll again.
//!
//! - [`Action::Send`] is handed out once for each request. From then on poll answers [`Action::Busy`] until an event
//!   brings the answer or the deadline passes. When poll answers anything else, the host aborts the request.
//! - [`Action::Settle`] is handed out once, when all outputs are whole: the host flushes them to the disk, then gives all of
//!   them their names. It is answered by [`Event::Settled`], or by [`Event::Failed`]; meanwhile poll answers `Busy`.
//! - [`Action::Wait`] means that there is nothing to do before that time.
//! - [`Action::Done`] is the end, and stays.
//!
//! **Outputs get their names together, when all of them are whole**, before the service is asked to delete what it has of
//! them, and where nothing is deleted, before the end. What is in memory has no name: there it only means that the host
//! has it. The host gives the names in the order of the outputs, tells each by [`Event::Named`], and stops at the first one
//! that cannot be given. Those that were given stay; the conversion fails with `output`, which says which these are;
//! nothing is deleted, and the error says where the service has it.
//!
//! **States are kept before requests**: where [`Conversion::keep_states`] was called, a request has a `checkpoint`, which the
//! host keeps before it sends the request. Where that fails, the request is sent all the same.
//!
//! `begin` makes conversions, `machine` runs them, `endings` ends them. `steps` is the table of what follows a report, and
//! `reports` does it; what is done about failures is each wire's table of remedies, and `failures` does it. `requests` says
//! what is sent in every step, `watch` when it is asked how far the remote conversion is, `uploads` what goes up next,
//! `downloads` when an output counts, `places` where it is written, `settling` when it gets its name, `checkpoint` what is kept, `change` what
//! may be another where a saved one goes on. `meter` measures how far it is, `progress` tells it.
//!
//! Nothing here knows a version of the API: requests come from the wire, and answers as reports.

mod begin;
mod cancel;
#[cfg(feature = "calls")]
mod change;
#[cfg(feature = "calls")]
mod checkpoint;
mod download;
mod downloads;
mod endings;
mod failures;
mod flight;
mod machine;
mod meter;
mod needs;
mod offline;
mod output;
mod patience;
mod pieces;
#[cfg(feature = "calls")]
mod places;
mod progress;
mod replies;
mod reports;
mod requests;
mod restored;
#[cfg_attr(not(feature = "calls"), allow(dead_code))] // Pages keep no states.
mod saved;
mod scope;
mod settling;
mod setup;
mod steps;
mod ticket;
mod uploads;
mod watch;

#[cfg(feature = "calls")]
pub(crate) use download::verify;
pub use needs::Needs;
pub use output::{Output, OutputFile};
pub(crate) use patience::Throttled;
pub use progress::{Progress, Stage};
pub use saved::Saved;

use crate::callback::Callback;
use crate::error::Error;
use crate::http::{Reason, Request, Response};
use crate::time::Timestamp;
use crate::wire::report::{Remote, Report};
#[cfg(feature = "calls")]
use checkpoint::Kept;
use downloads::Downloads;
use endings::Ending;
use flight::Flight;
use meter::Meter;
use patience::Patience;
use setup::Setup;
use steps::At;
use uploads::Uploads;
use watch::Watched;

/// What the host should do now.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant)] // It is taken apart at once, and kept nowhere.
pub enum Action<T = Output> {
    /// Send this request.
    Send(Request),
    /// Give the outputs their names: all that came are whole, and the service still has them.
    Settle {
        /// The ID that the events have by which it is answered.
        id: u64,
    },
    /// Do nothing before this time.
    Wait {
        /// When to poll again.
        until: Timestamp,
    },
    /// A request is out; poll again after its next event, or at the deadline.
    Busy {
        /// When it will have taken too long.
        deadline: Timestamp,
    },
    /// The end.
    Done(Result<T, Error>),
}

/// What happened. `id` is that of the request; events of requests that are no longer out are ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// So many bytes of the body have been sent, in total.
    Sent {
        /// The ID of the request.
        id: u64,
        /// How many, from the first one on.
        bytes: u64,
    },
    /// The request is not sent yet: the host does first what has to be done before, such as keeping a saved state. The
    /// service's time begins with the first `Sent`. Not needed by a host that has nothing to do before.
    Held {
        /// The ID of the request.
        id: u64,
    },
    /// The host is not told how much of the body has been sent, as in browsers behind a service worker. Until a `Sent` comes
    /// after all, the upload has as much time as its length needs, and silence is no sign of a break.
    Uncounted {
        /// The ID of the request.
        id: u64,
    },
    /// An answer has begun: its status, its headers and its URL are there, its body is still to come. Has to be told where
    /// the request's sink is a file, before anything is written to it: what breaks off later can only be resumed by what
    /// is known of its beginning.
    Begun {
        /// The ID of the request.
        id: u64,
        /// The answer, without a body.
        response: Response,
    },
    /// The file of the request's sink is this long now, with what earlier requests left in it.
    Received {
        /// The ID of the request.
        id: u64,
        /// How many, from the first one on.
        bytes: u64,
    },
    /// The whole answer has come.
    Response {
        /// The ID of the request.
        id: u64,
        /// The answer.
        response: Response,
    },
    /// An output has this name now, in the folder that the user chose.
    Named {
        /// The ID that [`Action::Settle`] had.
        id: u64,
        /// The name that the output's sink had.
        output: String,
        /// The name of its file.
        name: String,
    },
    /// The outputs have their names.
    Settled {
        /// The ID that [`Action::Settle`] had.
        id: u64,
    },
    /// There will be no answer, or an output gets no name.
    Failed {
        /// The ID of the request.
        id: u64,
        /// Why there is none.
        reason: Reason,
    },
    /// The host has no network, which some hosts are told: until `Online`, time does not count against the deadline, and broken
    /// connections do not count as failures. It is tried now and then all the same.
    Offline,
    /// The network is back: what waited for it goes on at once.
    Online,
    /// The service called back. What it says is checked by asking for the status; another process's callback is ignored.
    Callback(Callback),
}

/// One conversion. See the [module](self) for the contract.
///
/// ```
/// use cloudconvert_core::{Action, Api, Conversion, Event, Job, Policy, Reason, Timestamp, Value};
///
/// let mut wish = Value::object();
/// wish.set("input", "upload");
/// wish.set("name", "photo.png");
/// wish.set("to", "jpg");
/// let api = Api::new("https://api.example.com/v1", Some("KEY"))?;
/// let mut conversion = Conversion::new(&api, Job::from_value(&wish)?, Policy::default(), 42)?;
///
/// let now = Timestamp::from_millis(0);
/// let Action::Send(request) = conversion.poll(now) else { panic!("first it sends") };
/// assert_eq!(request.url, "https://api.example.com/v1/process");
/// conversion.handle(now, Event::Failed { id: request.id, reason: Reason::Connection });
/// assert!(matches!(conversion.poll(now), Action::Wait { .. }), "then it backs off");
/// # Ok::<(), cloudconvert_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Conversion {
    setup: Setup,
    at: At,
    flight: Flight,
    patience: Patience,
    remote: Remote,
    /// What the service told last.
    report: Report,
    uploads: Uploads,
    downloads: Downloads,
    watched: Watched,
    meter: Meter,
    /// What is kept for other programs, and known of outputs.
    #[cfg(feature = "calls")]
    kept: Option<Box<Kept>>,
    /// What [`Conversion::news`] told last, and when.
    shown: Option<Box<(Timestamp, Progress)>>,
    ending: Option<Ending>,
}
