//! What is run: a conversion, a single call, or what is known at once.

use cloudconvert_core::{Action, Api, CallMachine, Callback, Conversion, Error, Event, Policy, Value};

use crate::platform::Browser;
#[cfg(not(feature = "v2"))]
use crate::question::Question;
/// Pages of version 1 have two calls, all others every call of their version.
#[cfg(feature = "v2")]
use cloudconvert_core::AnyCall as Question;

pub(crate) enum Machine {
    Conversion(Box<Conversion>),
    Call(Box<CallMachine<Question>>),
    /// The callback that was read.
    Told(Value<'static>),
}

impl Machine {
    /// What a wish leads to, see [`Run::new`](crate::Run::new).
    pub(crate) fn begin(wish: &Value<'_>, seed: u64) -> Result<Self, Error> {
        let api = Api::from_value(&Browser, wish)?;
        if wish.get("called") != &Value::Null {
            let callback = Callback::read(&api, wish.get("called").text().unwrap_or_default())?;
            let mut told = Value::object();
            told.set("id", callback.id);
            told.set("url", callback.url);
            told.set("step", callback.step);
            return Ok(Self::Told(told));
        }
        if wish.get("call") != &Value::Null {
            let question = Question::from_value(&api, wish.get("call"))?;
            return Ok(Self::Call(Box::new(CallMachine::new(&api, question, Policy::brief(), seed)?)));
        }
        Ok(Self::Conversion(Box::new(Conversion::from_value(&api, wish, seed)?)))
    }

    pub(crate) fn poll(&mut self, now: u64) -> Action<Value<'static>> {
        match self {
            Self::Conversion(conversion) => match conversion.poll(now) {
                Action::Send(request) => Action::Send(request),
                Action::Wait { until } => Action::Wait { until },
                Action::Busy { deadline } => Action::Busy { deadline },
                Action::Done(result) => Action::Done(result.map(|output| output.to_value())),
            },
            Self::Call(call) => call.poll(now),
            Self::Told(told) => Action::Done(Ok(told.clone())),
        }
    }

    pub(crate) fn handle(&mut self, now: u64, event: Event) {
        match self {
            Self::Conversion(conversion) => conversion.handle(now, event),
            Self::Call(call) => call.handle(now, event),
            Self::Told(_) => {}
        }
    }

    pub(crate) fn cancel(&mut self, now: u64) {
        match self {
            Self::Conversion(conversion) => conversion.cancel(now),
            Self::Call(call) => call.cancel(),
            Self::Told(_) => {}
        }
    }

    /// How far a conversion is; nothing else tells that.
    pub(crate) fn progress(&self) -> Value<'static> {
        match self {
            Self::Conversion(conversion) => conversion.progress().to_value(),
            _ => Value::Null,
        }
    }
}
