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
//! Everything else is in here: `rules` says what is done about every failure, `replies` what every answer leads to,
//! `requests` what is sent in every phase.

mod output;
mod progress;
mod replies;
mod requests;
mod rules;
mod saved;

pub use output::{Output, OutputFile};
pub use progress::{Progress, Stage};
pub use saved::Saved;

use crate::api::Api;
use crate::error::{Code, Error};
use crate::http::{Reason, Request, Response, Timestamp};
use crate::job::{Input, Job};
use crate::retry::{Backoff, Policy, Random};
use crate::v1::StatusReply;
use rules::{Fault, Phase, Remedy, remedy};

/// How long cleaning up after an end may take, in milliseconds.
const CLEANUP: u64 = 10_000;
/// How many redirects a call may follow.
const REDIRECTS: u8 = 5;

/// What the host should do now.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
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
    Done(Result<Output, Error>),
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

/// One file to be downloaded.
#[derive(Clone, Debug, PartialEq)]
struct Download {
    name: String,
    file: Option<String>,
    size: Option<u64>,
    received: u64,
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
    job: Option<Job>,
    /// The name and the size of what is uploaded.
    file: Option<(String, Option<u64>)>,
    phase: Phase,
    turn: Turn,
    backoff: Backoff,
    /// The phase whose fate a check finds out.
    checking: Phase,
    /// Why a repeated upload was refused: perhaps because the first one had arrived.
    refused: Option<Error>,
    process_id: Option<String>,
    process_url: Option<String>,
    upload_url: Option<String>,
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
    followed: Option<Timestamp>,
    sent_at: Timestamp,
    sent: u64,
    deadline: Timestamp,
    /// The last failure, which is the error when the retries are used up.
    last: Option<Error>,
}

impl Conversion {
    /// A conversion of this job. The seed spreads its retries: give every conversion another one.
    ///
    /// # Errors
    /// None at present; contradictions in a job are found when it is made.
    pub fn new(api: &Api, job: Job, policy: Policy, seed: u64) -> Result<Self, Error> {
        let file = match &job.input {
            Input::Upload { name, size } => Some((name.clone(), *size)),
            _ => None,
        };
        Ok(Self { job: Some(job), file, ..Self::at(Phase::Create, Goal::Finish, api, policy, seed) })
    }

    /// Creates and starts a process that waits for an upload. For backends whose pages upload and follow by themselves:
    /// the output has the process URL and the upload URL.
    ///
    /// # Errors
    /// `bad_request` for a job whose input is not an upload.
    pub fn prepare(api: &Api, job: Job, policy: Policy, seed: u64) -> Result<Self, Error> {
        if !matches!(job.input, Input::Upload { .. }) {
            return Err(Error::bad_request("only an upload can be prepared"));
        }
        Ok(Self { goal: Goal::Prepare, ..Self::new(api, job, policy, seed)? })
    }

    /// Only the upload, for pages that were given the upload URL of a process.
    ///
    /// # Errors
    /// `bad_request` for something that is not a URL, `untrusted_url` for one on another host.
    pub fn upload(
        api: &Api,
        upload_url: &str,
        name: &str,
        size: Option<u64>,
        policy: Policy,
        seed: u64,
    ) -> Result<Self, Error> {
        Ok(Self {
            upload_url: Some(api.resolve(upload_url)?),
            file: Some((name.to_owned(), size)),
            ..Self::at(Phase::Upload, Goal::Upload, api, policy, seed)
        })
    }

    /// Follows a process that another program created, then downloads and deletes as the policy says.
    ///
    /// # Errors
    /// As [`Conversion::upload`].
    pub fn follow(api: &Api, process_url: &str, policy: Policy, seed: u64) -> Result<Self, Error> {
        Ok(Self {
            process_url: Some(api.resolve(process_url)?),
            ..Self::at(Phase::Follow, Goal::Finish, api, policy, seed)
        })
    }

    /// Only the deletion of a process: cancels it if it runs.
    ///
    /// # Errors
    /// As [`Conversion::upload`].
    pub fn delete(api: &Api, process_url: &str, policy: Policy, seed: u64) -> Result<Self, Error> {
        let follow = Self::follow(api, process_url, policy, seed)?;
        let ending = Some(Ending::Done(Box::new(Ok(follow.output()))));
        Ok(Self { phase: Phase::Delete, goal: Goal::Delete, ending, ..follow })
    }

    fn at(phase: Phase, goal: Goal, api: &Api, policy: Policy, seed: u64) -> Self {
        let backoff = Backoff { random: Random(seed), attempt: 0, budget: policy.retries };
        Self {
            api: api.clone(),
            policy,
            goal,
            job: None,
            file: None,
            phase,
            turn: Turn::Ready,
            backoff,
            checking: Phase::Start,
            refused: None,
            process_id: None,
            process_url: None,
            upload_url: None,
            location: None,
            redirects: 0,
            status: StatusReply::default(),
            downloads: Vec::new(),
            current: 0,
            offset: 0,
            ending: None,
            next_id: 0,
            begun: None,
            followed: None,
            sent_at: 0,
            sent: 0,
            deadline: Timestamp::MAX,
            last: None,
        }
    }

    /// What the host should do now.
    pub fn poll(&mut self, now: Timestamp) -> Action {
        if self.begun.is_none() {
            self.begun = Some(now);
            self.deadline = now.saturating_add(self.policy.deadline);
        }
        loop {
            if now >= self.deadline && self.turn != Turn::Done {
                self.overdue(now);
            }
            match self.turn {
                Turn::Done => return Action::Done(self.result()),
                Turn::Waiting { until } if now < until => {
                    return Action::Wait { until: until.min(self.deadline) };
                }
                Turn::Out { deadline } if now < deadline => {
                    return Action::Busy { deadline: deadline.min(self.deadline) };
                }
                Turn::Out { .. } => self.failed(now, &Reason::Timeout),
                Turn::Waiting { .. } => self.turn = Turn::Ready,
                Turn::Ready => match self.request() {
                    Ok(request) => {
                        self.sent_at = now;
                        self.turn = Turn::Out { deadline: now.saturating_add(self.patience()) };
                        return Action::Send(request);
                    }
                    Err(error) => self.end(now, Err(error)),
                },
            }
        }
    }

    /// Tells what happened.
    pub fn handle(&mut self, now: Timestamp, event: Event) {
        if !matches!(self.turn, Turn::Out { .. }) {
            return;
        }
        let out = self.next_id;
        match event {
            Event::Sent { id, bytes } if id == out => {
                self.sent = bytes;
                self.turn = Turn::Out { deadline: now.saturating_add(self.patience()) };
            }
            Event::Received { id, bytes } if id == out => {
                self.received(bytes);
                self.turn = Turn::Out { deadline: now.saturating_add(self.patience()) };
            }
            Event::Response { id, response } if id == out => self.answered(now, &response),
            Event::Failed { id, reason } if id == out => self.failed(now, &reason),
            _ => {}
        }
    }

    /// Gives the conversion up: the process is deleted, then the end is `cancelled`.
    pub fn cancel(&mut self, now: Timestamp) {
        if self.turn == Turn::Done {
            return;
        }
        let cancelled = Error::new(Code::Cancelled, "the conversion was cancelled");
        match &mut self.ending {
            // The process is being deleted already: only the end is another one.
            Some(Ending::Done(result)) => **result = Err(cancelled),
            _ => self.end(now, Err(cancelled)),
        }
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        let download = self.downloads.get(self.current);
        let stage = match self.phase {
            _ if self.turn == Turn::Done => Stage::Done,
            Phase::Check if self.checking == Phase::Upload => Stage::Upload,
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
            message: self.status.message.clone(),
            sent: self.sent,
            received: download.map_or(0, |download| download.received),
            total: match stage {
                Stage::Upload => self.file.as_ref().and_then(|(_, size)| *size),
                Stage::Download => download.and_then(|download| download.size),
                _ => None,
            },
            attempt: self.backoff.attempt,
            process_id: self.process_id.clone(),
        }
    }

    fn result(&self) -> Result<Output, Error> {
        match &self.ending {
            Some(Ending::Done(result)) => result.as_ref().clone(),
            _ => Err(Error::invalid("the conversion ended without a result")),
        }
    }

    /// The end is known; what is left is to delete the process.
    fn end(&mut self, now: Timestamp, mut result: Result<Output, Error>) {
        if let Err(error) = &mut result {
            error.process_id = error.process_id.take().or_else(|| self.process_id.clone());
        }
        let delete = match &result {
            Err(error) if error.code == Code::Cancelled => self.goal != Goal::Upload,
            Err(error) => self.policy.delete && error.code != Code::NotFound,
            Ok(output) => self.policy.delete && !self.saves() && !output.files.is_empty(),
        };
        let over = self.phase == Phase::Delete || self.process_url.is_none() || !delete;
        self.ending = Some(Ending::Done(Box::new(result)));
        if over {
            self.turn = Turn::Done;
        } else {
            self.clean_up(now);
        }
    }

    /// Deletes the process, with a little time and a few retries of its own.
    fn clean_up(&mut self, now: Timestamp) {
        self.enter(Phase::Delete);
        if matches!(self.ending, Some(Ending::Done(_))) {
            self.deadline = now.saturating_add(CLEANUP);
        }
        self.backoff.budget = self.backoff.budget.max(2);
    }

    /// The process is deleted, or that was given up.
    fn cleaned_up(&mut self) {
        if let Some(Ending::Restart { at }) = self.ending {
            self.ending = None;
            self.process_id = None;
            self.process_url = None;
            self.upload_url = None;
            self.refused = None;
            self.status = StatusReply::default();
            self.downloads.clear();
            self.enter(Phase::Create);
            self.turn = Turn::Waiting { until: at };
        } else {
            self.turn = Turn::Done;
        }
    }

    /// The process could not be deleted, which matters only to who asked for just that.
    fn not_deleted(&mut self, error: Error) {
        if self.goal == Goal::Delete {
            self.ending = Some(Ending::Done(Box::new(Err(error))));
        }
        self.cleaned_up();
    }

    /// The conversion's deadline has passed.
    fn overdue(&mut self, now: Timestamp) {
        if matches!(self.ending, Some(Ending::Done(_))) {
            self.turn = Turn::Done;
            return;
        }
        let waiting = matches!(self.turn, Turn::Waiting { .. });
        let last = self.last.take().filter(|_| waiting);
        let error = last.unwrap_or_else(|| {
            Error::new(Code::Timeout, "the conversion took longer than its deadline; give it more time")
        });
        self.deadline = Timestamp::MAX;
        self.end(now, Err(error));
    }

    /// Goes to another phase, whose first request is due at once.
    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.turn = Turn::Ready;
        self.backoff.attempt = 0;
        self.location = None;
        self.redirects = 0;
        self.sent = 0;
    }

    /// There is no answer.
    fn failed(&mut self, now: Timestamp, reason: &Reason) {
        let error = reason.to_error();
        match reason {
            Reason::Connection | Reason::Timeout if self.idled_out(now) => self.turn = Turn::Ready,
            Reason::Connection | Reason::Timeout => self.fault(now, Fault::Lost, error, None),
            _ => self.fault(now, Fault::Refused, error, None),
        }
    }

    /// A call failed: do what the rules say.
    fn fault(&mut self, now: Timestamp, fault: Fault, error: Error, retry_after: Option<u64>) {
        let again = self.backoff.attempt > 0;
        match remedy(self.phase, fault) {
            Remedy::GiveUp => self.not_deleted(error),
            Remedy::Fail if self.phase == Phase::Upload && again && self.process_url.is_some() => {
                self.refused = Some(error);
                self.check();
            }
            Remedy::Fail => self.end(now, Err(error)),
            remedy => {
                let Some(wait) = self.backoff.next(&self.policy, retry_after) else {
                    return self.out_of_retries(now, error);
                };
                let until = now.saturating_add(wait);
                if until >= self.deadline && self.phase != Phase::Delete {
                    return self.end(now, Err(error));
                }
                if remedy == Remedy::Ask && self.process_url.is_some() {
                    self.check();
                }
                self.last = Some(error);
                self.turn = Turn::Waiting { until };
            }
        }
    }

    fn out_of_retries(&mut self, now: Timestamp, error: Error) {
        if self.phase == Phase::Delete {
            return self.not_deleted(error);
        }
        let message = ["gave up after all retries: ", &error.message].concat();
        self.end(now, Err(Error { message, ..error }));
    }

    /// Asks what became of the request of this phase. The retries go on counting.
    fn check(&mut self) {
        let attempt = self.backoff.attempt;
        self.checking = self.phase;
        self.enter(Phase::Check);
        self.backoff.attempt = attempt;
    }

    /// Whether the user wants the files kept on the service.
    fn saves(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.save)
    }
}
