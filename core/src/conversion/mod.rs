//! One conversion, from wish to verified output: the step state machine.
//!
//! **The one contract**: call [`Conversion::poll`] until it says what to wait for, do that, tell what happened by
//! [`Conversion::handle`], and poll again.
//!
//! - [`Action::Send`] is handed out once for each request. From then on poll answers [`Action::Busy`] until an event
//!   brings the answer or the deadline passes. When poll answers anything else, the host aborts the request.
//! - [`Action::Wait`] means that there is nothing to do before that time.
//! - [`Action::Done`] is the end, and stays.
//!
//! `begin` makes conversions, `machine` runs them, `endings` ends them: `rules` says what is done about every failure and
//! `failures` does it, `replies` says what every answer leads to, `requests` what is sent in every phase, `downloads` when
//! an output counts, `watch` when the status is asked for. `meter` measures how far it is, `progress` tells it.

mod begin;
mod downloads;
mod endings;
mod failures;
mod machine;
mod meter;
mod output;
mod progress;
mod replies;
mod requests;
mod rules;
mod saved;
mod watch;

pub use output::{Output, OutputFile};
pub use progress::{Progress, Stage};
pub use saved::Saved;

use crate::api::Api;
use crate::backoff::Backoff;
use crate::callback::Callback;
use crate::error::Error;
use crate::http::{Reason, Request, Response, Timestamp};
use crate::job::{InputFile, Job};
use crate::policy::Policy;
use crate::v1::StatusReply;
use downloads::Download;
use meter::Meter;
use rules::Phase;
use watch::Watched;

/// What the host should do now.
#[derive(Clone, Debug, PartialEq)]
pub enum Action<T = Output> {
    /// Send this request.
    Send(Request),
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
pub enum Event {
    /// So many bytes of the body have been sent, in total.
    Sent {
        /// The request.
        id: u64,
        /// Bytes.
        bytes: u64,
    },
    /// Nobody may be told how much of the body has been sent, as in browsers behind a service worker: until a `Sent` comes
    /// after all, the upload has as much time as its length needs, and silence is no sign of a break.
    Uncounted {
        /// The request.
        id: u64,
    },
    /// An answer has begun: its status, its headers and its URL are there, its body is still to come. Has to be told where
    /// the request's sink is a file, before anything is written to it: what breaks off later can only be resumed by what
    /// is known of its beginning.
    Begun {
        /// The request.
        id: u64,
        /// The answer, without a body.
        response: Response,
    },
    /// The file of the request's sink is this long now, with what earlier requests left in it.
    Received {
        /// The request.
        id: u64,
        /// Bytes.
        bytes: u64,
    },
    /// The whole answer has come.
    Response {
        /// The request.
        id: u64,
        /// The answer.
        response: Response,
    },
    /// There will be no answer.
    Failed {
        /// The request.
        id: u64,
        /// Why.
        reason: Reason,
    },
    /// The service called back. What it says is checked by asking for the status; another process's callback is ignored.
    Callback(Callback),
}

/// What a conversion is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    /// A process that waits for its upload.
    Prepare,
    /// An input that the service has.
    Upload,
    /// An output.
    Finish,
    /// A process that is gone.
    Delete,
}

/// What happens next, as far as the host is concerned.
#[derive(Clone, Debug, PartialEq)]
enum Turn {
    /// The request of the present phase is to be sent.
    Ready,
    /// It is out.
    Out { deadline: Timestamp },
    /// It is not due yet.
    Waiting { until: Timestamp },
    /// All is over.
    Done,
}

/// What follows the deletion of the process.
#[derive(Clone, Debug, PartialEq)]
enum Ending {
    /// The end, which is already known.
    Done(Box<Result<Output, Error>>),
    /// A new process, not before this time.
    Restart { at: Timestamp },
}

/// One conversion. See the [module](self) for the contract.
///
/// ```
/// use cloudconvert_core::{Action, Api, Conversion, Event, Job, Policy, Reason, Value};
///
/// let mut wish = Value::object();
/// wish.set("input", "upload");
/// wish.set("name", "photo.png");
/// wish.set("to", "jpg");
/// let api = Api::new("https://api.example.com/v1", Some("KEY"))?;
/// let mut conversion = Conversion::new(&api, Job::from_value(&wish)?, Policy::default(), 42)?;
///
/// let Action::Send(request) = conversion.poll(0) else { panic!("first it sends") };
/// assert_eq!(request.url, "https://api.example.com/v1/process");
/// conversion.handle(5, Event::Failed { id: request.id, reason: Reason::Connection });
/// assert!(matches!(conversion.poll(5), Action::Wait { .. }), "then it backs off");
/// # Ok::<(), cloudconvert_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Conversion {
    api: Api,
    policy: Policy,
    goal: Goal,
    job: Option<Box<Job>>,
    /// Whether the job was restored without its content or credentials.
    withheld: bool,
    /// What is uploaded where there is no job.
    uploads: Vec<InputFile>,
    phase: Phase,
    turn: Turn,
    backoff: Backoff,
    /// The phase whose fate a check finds out.
    checking: Phase,
    /// Why the call whose fate is checked was refused: perhaps because it had been done before.
    refused: Option<Box<Error>>,
    process_id: Option<String>,
    process_url: Option<String>,
    upload_url: Option<String>,
    /// Whether anything has ever answered as the API does.
    known: bool,
    /// Since when calls fail, as long as nothing has.
    failing: Option<Timestamp>,
    /// Where a redirect of the present call leads.
    location: Option<String>,
    redirects: u8,
    status: StatusReply,
    downloads: Vec<Download>,
    current: usize,
    /// Where in the file the answer to the present download begins, if the service can resume.
    offset: u64,
    ending: Option<Ending>,
    next_id: u64,
    begun: Option<Timestamp>,
    watched: Watched,
    sent_at: Timestamp,
    sent: u64,
    /// The length of the body that is being uploaded.
    total: Option<u64>,
    meter: Meter,
    /// What [`Conversion::news`] told last, and when.
    shown: Option<Box<(Timestamp, Progress)>>,
    deadline: Timestamp,
    /// The failure that is being survived, which is the error when the time is over.
    last: Option<Box<Error>>,
    /// What is waited for because of it, for people.
    notice: String,
    /// The service has just asked to slow down; 0 where it did not say for how long.
    throttled: Option<u64>,
}
