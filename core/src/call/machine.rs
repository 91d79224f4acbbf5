//! The machine that makes one call: repeats it where that helps, and always ends.

use crate::api::Api;
use crate::backoff::Backoff;
#[cfg(feature = "calls")]
use crate::conversion::verify;
use crate::conversion::{Action, Event};
use crate::error::{BY_ANOTHER, Code, Error};
use crate::fault::{Fault, is_of_the_service};
use crate::http::{Method, Reason, Request, Response, Sink};
use crate::policy::Policy;
use crate::retry_after::asked;
use crate::time::Timestamp;
use crate::wire::answers::is_markup;
use crate::wire::call::Call;
use crate::wire::step::Step;

/// How many redirects a call may follow.
const REDIRECTS: u8 = 5;

/// One call, driven as a [`Conversion`](crate::Conversion) is: poll until it says what to wait for, do that, tell what
/// happened, poll again. See [`conversion`](crate::conversion) for the contract.
///
/// A call ends in time whatever happens. With [`Policy::brief`]:
///
/// | the service | the call ends |
/// |---|---|
/// | cannot be connected to, or another program answers in its place | after 20 s (`reach`) at the latest |
/// | never answers | after 30 s (`request_timeout`) |
/// | has answered before, or asks to come back later | after two minutes (`deadline`) at the latest |
/// | sends a file | one minute after the last byte (`idle_timeout`), or at its end |
///
/// Only a call that is [repeatable](Call::is_repeatable) is sent again where it is not known what became of it. Any call is
/// where the host knows that it never left ([`Reason::Unreached`]).
///
/// ```
/// use std::time::Duration;
///
/// use cloudconvert_core::v1::List;
/// use cloudconvert_core::{Action, Api, CallMachine, Event, Policy, Response, Timestamp};
///
/// let api = Api::new("https://api.example.com/v1", Some("KEY"))?;
/// let now = Timestamp::from_millis(0);
/// let mut list = CallMachine::new(&api, List, Policy::brief(), 42)?;
///
/// let Action::Send(request) = list.poll(now) else { panic!("first it sends") };
/// let response = Response { status: 200, body: b"[]".to_vec(), ..Response::default() };
/// list.handle(now, Event::Response { id: request.id, response });
/// assert_eq!(list.poll(now), Action::Done(Ok(Vec::new())));
///
/// let mut silent = CallMachine::new(&api, List, Policy::brief(), 42)?;
/// assert!(matches!(silent.poll(now), Action::Send(_)));
/// let Action::Busy { deadline } = silent.poll(now) else { panic!("then it waits for the answer") };
/// assert_eq!(deadline - now, Duration::from_secs(30));
/// assert!(matches!(silent.poll(deadline), Action::Done(Err(_))), "the service was never there");
/// # Ok::<(), cloudconvert_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct CallMachine<C: Call> {
    api: Api,
    pub(super) call: C,
    pub(super) policy: Policy,
    pub(super) backoff: Backoff,
    /// What is sent next, or is out. Its ID counts how often.
    pub(super) request: Request,
    redirects: u8,
    pub(super) state: State<C::Reply>,
    pub(super) begun: Option<Timestamp>,
    /// Whether anything has shown that the service itself is there.
    pub(super) heard: bool,
}

/// What happens next, as far as the host is concerned.
#[derive(Clone, Debug)]
pub(super) enum State<R> {
    /// The request is to be sent.
    Ready,
    /// It is out.
    Out { deadline: Timestamp },
    /// It is not due yet.
    Waiting { until: Timestamp },
    /// The file that came gets its name: by this time, once that was handed out.
    #[cfg(feature = "calls")]
    Settling { reply: R, deadline: Option<Timestamp> },
    /// The end.
    Done(Result<R, Error>),
}

impl<C: Call> CallMachine<C>
where
    C::Reply: Clone,
{
    /// Makes a call. The seed spreads its retries: give every call another one.
    ///
    /// # Errors
    /// What [`Call::request`] says.
    pub fn new(api: &Api, call: C, policy: Policy, seed: u64) -> Result<Self, Error> {
        Ok(Self {
            request: call.request(api)?,
            backoff: Backoff::new(&policy, seed),
            api: api.clone(),
            call,
            policy,
            redirects: 0,
            state: State::Ready,
            begun: None,
            heard: false,
        })
    }

    /// What the host should do now.
    pub fn poll(&mut self, now: Timestamp) -> Action<C::Reply> {
        self.begun.get_or_insert(now);
        loop {
            match &self.state {
                State::Done(result) => return Action::Done(result.clone()),
                State::Waiting { until } if now < *until => return Action::Wait { until: *until },
                State::Out { deadline } if now < *deadline => return Action::Busy { deadline: *deadline },
                State::Out { .. } => self.failed(now, &Reason::Timeout),
                #[cfg(feature = "calls")]
                State::Settling { .. } => return self.settle(now),
                State::Waiting { .. } => self.state = State::Ready,
                State::Ready => {
                    self.request.id += 1;
                    self.sent(now);
                    return Action::Send(self.request.clone());
                }
            }
        }
    }

    /// Tells what happened.
    pub fn handle(&mut self, now: Timestamp, event: Event) {
        #[cfg(feature = "calls")]
        if matches!(self.state, State::Settling { .. }) {
            return self.settled(event);
        }
        if !matches!(self.state, State::Out { .. }) {
            return;
        }
        let out = self.request.id;
        match event {
            Event::Held { id } if id == out => {
                self.state = State::Out { deadline: self.end(self.policy.deadline) };
            }
            Event::Sent { id, .. } | Event::Received { id, .. } if id == out => self.sent(now),
            Event::Response { id, response } if id == out => self.answered(now, &response),
            Event::Failed { id, reason } if id == out => self.failed(now, &reason),
            _ => {}
        }
    }

    /// Cancels the call. What it did on the service stays done.
    pub fn cancel(&mut self) {
        if !matches!(self.state, State::Done(_)) {
            self.state = State::Done(Err(Error::new(Code::Cancelled, "the call was cancelled")));
        }
    }

    /// The request is out, or has moved on: from now on, this is how long it may stay silent.
    fn sent(&mut self, now: Timestamp) {
        let patience = match self.request.sink {
            Sink::File { .. } => self.policy.idle_timeout,
            Sink::Memory { .. } if self.idles() => self.policy.long_poll,
            Sink::Memory { .. } if self.call.waits() => self.policy.deadline,
            Sink::Memory { .. } => self.policy.request_timeout,
        };
        let mut deadline = now.later(patience);
        if matches!(self.request.sink, Sink::Memory { .. }) {
            deadline = deadline.min(self.end(self.policy.deadline));
        }
        self.state = State::Out { deadline };
    }

    fn answered(&mut self, now: Timestamp, response: &Response) {
        if let Some(target) = self.redirect(response) {
            match target {
                Ok(url) => {
                    self.redirects += 1;
                    self.request.url = url;
                    self.state = State::Ready;
                }
                Err(error) => self.state = State::Done(Err(error)),
            }
            return;
        }
        let read = self.call.reply(&self.api, response);
        // The one call of a page brings neither a file nor a secret.
        #[cfg(feature = "calls")]
        let read = self.is_trusted(response).and(read);
        #[cfg(feature = "calls")]
        let read = read.and_then(|reply| verify(&self.request, response).map(|()| reply));
        let mut error = match read {
            #[cfg(feature = "calls")]
            Ok(reply) if matches!(self.request.sink, Sink::File { .. }) => {
                return self.state = State::Settling { reply, deadline: None };
            }
            Ok(reply) => return self.state = State::Done(Ok(reply)),
            Err(error) => error,
        };
        self.heard |= is_of_the_service(&self.api, response);
        let unread = (response.status < 300 && error.code == Code::InvalidResponse).then_some(Fault::Lost);
        // What may not be done twice is judged as the creation of a conversion is.
        let step = if self.call.is_repeatable() { Step::Follow } else { Step::Create };
        let told = self.api.wire().fault(&self.api, step, response);
        let fault = told.or(unread).unwrap_or(Fault::Refused);
        // A page says nothing of what the service has.
        if fault == Fault::Refused
            && !self.heard
            && is_markup(response)
            && matches!(self.request.sink, Sink::Memory { .. })
        {
            error = error.saying(BY_ANOTHER);
        }
        let asked = asked(self.api.platform(), response, now);
        error.retry_after = asked.filter(|_| fault != Fault::Refused);
        self.fault(now, fault, error, asked);
    }

    /// When so many milliseconds have passed since the beginning.
    pub(super) fn end(&self, patience: u64) -> Timestamp {
        self.begun.unwrap_or_default().later(patience)
    }

    /// Whether the call is a long poll: where it stays silent for long, it is asked again, and that is no failure.
    pub(super) fn idles(&self) -> bool {
        self.call.waits() && self.call.is_repeatable()
    }

    /// Where an answer redirects to, if that may be followed: only reading is repeated elsewhere, and the key never.
    fn redirect(&self, response: &Response) -> Option<Result<String, Error>> {
        let reads = self.request.method == Method::Get && !self.request.carries_key();
        let location = response.header("location").filter(|_| (300..400).contains(&response.status))?;
        (reads && self.redirects < REDIRECTS).then(|| self.trusted(&self.request.url, location))
    }

    /// Whether an answer came from the service, as far as the host had to follow redirects by itself.
    #[cfg(feature = "calls")]
    fn is_trusted(&self, response: &Response) -> Result<(), Error> {
        response.url.as_deref().map_or(Ok(()), |url| self.trusted("", url).map(drop))
    }

    fn trusted(&self, base: &str, reference: &str) -> Result<String, Error> {
        let step = if matches!(self.request.sink, Sink::File { .. }) { Step::Download } else { Step::Follow };
        self.api.wire().trusted(&self.api, step, base, reference)
    }
}
