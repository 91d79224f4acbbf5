//! The two objects: the service's address, and the state machine of a conversion.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use cloudconvert_core as core;
use cloudconvert_core::{AnyCall, CallMachine, Event, Timestamp, Value};

use crate::records::{
    Action, BodyTarget, ConversionProgress, MachineError, Present, Reason, Response, SaveTo, ServiceCallback,
    Sink,
};

/// Where the service is, and the key to it.
#[derive(uniffi::Object)]
pub struct Api(pub(crate) core::Api);

#[uniffi::export]
impl Api {
    /// The API that a client means; see `Api::at` in the core.
    #[uniffi::constructor]
    pub fn new(
        base: Option<String>,
        url: Option<String>,
        key: Option<String>,
        trusted: Vec<String>,
    ) -> Result<Self, MachineError> {
        let api = core::Api::at(&core::Native, base.as_deref(), key.as_deref(), url.as_deref())?;
        Ok(Self(trusted.iter().fold(api, |api, host| api.trust(host))))
    }

    /// Reads the callback URL that was called, or its query alone; see `Callback::read` in the core.
    pub fn callback(&self, called: &str) -> Result<ServiceCallback, MachineError> {
        Ok(core::Callback::read(&self.0, called)?.into())
    }
}

/// One conversion, or one single call of the API. Call [`Machine::poll`] until it says what to wait for, do that, tell what happened, poll again.
/// Times are milliseconds since the Unix epoch. Of one that is in a batch, only what happens is told here.
#[derive(uniffi::Object)]
pub struct Machine {
    api: core::Api,
    save_to: Option<SaveTo>,
    inner: Mutex<Inner>,
}

/// Where the conversion is.
pub(crate) enum Inner {
    /// Here.
    Conversion(Box<core::Conversion>),
    /// It is a single call.
    Call(Box<CallMachine<AnyCall>>),
    /// In a batch.
    Member { batch: Arc<Mutex<core::Batch>>, member: u64 },
}

#[uniffi::export]
impl Machine {
    /// Begins what a wish tells, which is a JSON object. It has a `run` and what that needs (see `Conversion::from_value` in the
    /// core), or `saved`, a state that goes on (`Conversion::resume_from_value`), or `call`, a single call (see `AnyCall`), which
    /// ends with a reply. All of them may have a `policy`.
    #[uniffi::constructor]
    pub fn begin(api: Arc<Api>, wish: &str, seed: u64) -> Result<Self, MachineError> {
        let wish = object(wish)?;
        let (save_to, inner) = if wish.get("call") == &Value::Null {
            let conversion = if wish.get("saved") == &Value::Null {
                core::Conversion::from_value(&api.0, &wish, seed)?
            } else {
                core::Conversion::resume_from_value(&api.0, &wish)?
            };
            (conversion.save_to(), Inner::Conversion(Box::new(conversion)))
        } else {
            let call = CallMachine::from_value(&api.0, wish.get("call"), wish.get("policy"), seed)?;
            (core::SaveTo::from_value(wish.get("save_to"), false)?, Inner::Call(Box::new(call)))
        };
        Ok(Self { api: api.0.clone(), save_to: save_to.map(Into::into), inner: Mutex::new(inner) })
    }

    /// What is done at the path that the wish has as `save_to`; nothing where it has none.
    pub fn save_to(&self) -> Option<SaveTo> {
        self.save_to
    }

    /// What to do now. In a batch: nothing.
    pub fn poll(&self, now: u64) -> Action {
        match &mut *self.inner() {
            Inner::Conversion(conversion) => conversion.poll(Timestamp::from_millis(now)).into(),
            Inner::Call(call) => call.poll(Timestamp::from_millis(now)).into(),
            Inner::Member { .. } => Action::Wait { until: u64::MAX },
        }
    }

    /// Outputs are gone with this program, as in memory: another one loads them anew. Before it is added to a batch.
    pub fn forget_outputs(&self) {
        if let Inner::Conversion(conversion) = &mut *self.inner() {
            conversion.forget_outputs();
        }
    }

    /// From now on requests have a `checkpoint`; see `Conversion::keep_states` in the core. Before it is added to a batch.
    pub fn keep_states(&self) {
        if let Inner::Conversion(conversion) = &mut *self.inner() {
            conversion.keep_states();
        }
    }

    /// The request is not sent yet: something is done before. The service's time begins with the first [`Machine::sent`].
    pub fn held(&self, now: u64, id: u64) {
        self.handle(now, Event::Held { id });
    }

    /// So many bytes of a request's body have been sent, in total.
    pub fn sent(&self, now: u64, id: u64, bytes: u64) {
        self.handle(now, Event::Sent { id, bytes });
    }

    /// An answer has begun: of `response` only the status and the headers are there. Has to be told where the request's sink
    /// is a file, before anything is written to it.
    pub fn begun(&self, now: u64, id: u64, response: Response) {
        self.handle(now, Event::Begun { id, response: response.into() });
    }

    /// The file of a request's sink is this long now.
    pub fn received(&self, now: u64, id: u64, bytes: u64) {
        self.handle(now, Event::Received { id, bytes });
    }

    /// The whole answer to a request has come.
    pub fn answered(&self, now: u64, id: u64, response: Response) {
        self.handle(now, Event::Response { id, response: response.into() });
    }

    /// An output has this name now; `id` is that of [`Action::Settle`].
    pub fn named(&self, now: u64, id: u64, output: String, name: String) {
        self.handle(now, Event::Named { id, output, name });
    }

    /// The outputs have their names; `id` is that of [`Action::Settle`].
    pub fn settled(&self, now: u64, id: u64) {
        self.handle(now, Event::Settled { id });
    }

    /// There will be no answer to a request, or an output gets no name.
    pub fn failed(&self, now: u64, id: u64, reason: Reason) {
        self.handle(now, Event::Failed { id, reason: reason.into() });
    }

    /// The service called back, whichever conversion it was about.
    pub fn called_back(&self, now: u64, callback: ServiceCallback) {
        self.handle(now, Event::Callback(callback.into()));
    }

    /// Gives the conversion up: poll on until it is done.
    pub fn cancel(&self, now: u64) {
        match &mut *self.inner() {
            Inner::Conversion(conversion) => conversion.cancel(Timestamp::from_millis(now)),
            Inner::Call(call) => call.cancel(),
            Inner::Member { batch, member } => locked(batch).cancel(Timestamp::from_millis(now), *member),
        }
    }

    /// How far it is. Nothing of a single call, and of one that has ended in a batch.
    pub fn progress(&self) -> Option<ConversionProgress> {
        self.look(core::Conversion::progress).map(Into::into)
    }

    /// How far it is, if there is something to show since this was asked last: at once where more changed than a number
    /// of bytes, every 100 ms where only that did. Ask after every poll.
    pub fn news(&self, now: u64) -> Option<ConversionProgress> {
        let news = match &mut *self.inner() {
            Inner::Conversion(conversion) => conversion.news(Timestamp::from_millis(now)),
            Inner::Call(_) => None,
            Inner::Member { batch, member } => locked(batch).news(Timestamp::from_millis(now), *member),
        };
        news.map(Into::into)
    }

    /// The names of the outputs that are whole. Of a restored conversion these have their names.
    pub fn verified(&self) -> Vec<String> {
        self.look(|conversion| conversion.verified().map(str::to_owned).collect()).unwrap_or_default()
    }

    /// What another program needs to go on now. Nothing, of one that has ended in a batch.
    pub fn save(&self) -> Option<String> {
        self.look(|conversion| conversion.save().to_json(&self.api))
    }

    /// Outputs are about to get their names: what the file of each will be known by. Gives what is to be kept before; see
    /// `Conversion::naming` in the core.
    pub fn naming(&self, outputs: HashMap<String, String>) -> Option<String> {
        let outputs = outputs.into_iter().collect();
        match &mut *self.inner() {
            Inner::Conversion(conversion) => conversion.naming(outputs),
            Inner::Call(_) => None,
            Inner::Member { batch, member } => locked(batch).naming(*member, outputs),
        }
    }

    /// The outputs that have names, and these.
    pub fn names(&self) -> HashMap<String, String> {
        self.look(|conversion| conversion.names().iter().cloned().collect()).unwrap_or_default()
    }

    /// Whether a file that is known by this mark is this output, which an earlier program named.
    pub fn is_output(&self, output: &str, mark: &str) -> bool {
        self.look(|conversion| conversion.is_output(output, mark)).unwrap_or_default()
    }
}

impl Machine {
    pub(crate) fn inner(&self) -> MutexGuard<'_, Inner> {
        locked(&self.inner)
    }

    fn handle(&self, now: u64, event: Event) {
        match &mut *self.inner() {
            Inner::Conversion(conversion) => conversion.handle(Timestamp::from_millis(now), event),
            Inner::Call(call) => call.handle(Timestamp::from_millis(now), event),
            Inner::Member { batch, member } => {
                locked(batch).handle(Timestamp::from_millis(now), *member, event);
            }
        }
    }

    fn look<R>(&self, look: impl FnOnce(&core::Conversion) -> R) -> Option<R> {
        match &*self.inner() {
            Inner::Conversion(conversion) => Some(look(conversion)),
            Inner::Call(_) => None,
            Inner::Member { batch, member } => locked(batch).get(*member).map(look),
        }
    }
}

/// Poisoned by a panic, it is not touched again: the caller gets an internal error.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no call has panicked")
}

pub(crate) fn no_conversion() -> MachineError {
    let message = "the machine is a single call, or is in a batch already: make a new one";
    core::Error::new(core::Code::BadRequest, message).into()
}

/// Where the service is, unless a user says otherwise.
#[uniffi::export]
pub fn default_base() -> String {
    core::DEFAULT_BASE.to_owned()
}

/// A name for a file in a folder where so many earlier ones are taken: with a number before the extension.
#[uniffi::export]
pub fn numbered_name(name: String, taken: u32) -> String {
    core::numbered_name(&name, taken)
}

/// Whether an output takes the name in a folder under which this stands; see `Present::gives_way` in the core.
#[uniffi::export]
pub fn gives_way(present: Present, overwrite: bool) -> bool {
    core::Present::from(present).gives_way(overwrite)
}

/// Where the body of an answer with this status and these headers goes: error pages never end up in files, and a part of a
/// file only where it belongs.
#[uniffi::export]
pub fn body_target(sink: Sink, response: Response) -> BodyTarget {
    core::Sink::from(sink).place(&response.into()).into()
}

pub(crate) fn object(json: &str) -> Result<Value<'_>, core::Error> {
    match serde_json::from_str(json) {
        Ok(object @ Value::Object(_)) => Ok(object),
        _ => Err(core::Error::new(
            core::Code::BadRequest,
            "the options are not a JSON object: check how they are written",
        )),
    }
}
