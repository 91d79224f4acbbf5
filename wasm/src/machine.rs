//! What is run: a conversion, a single call, or what is known at once.

#[cfg(feature = "conversions")]
use cloudconvert_core::CallMachine;
#[cfg(feature = "whole")]
use cloudconvert_core::Callback;
use cloudconvert_core::{Action, Api, Conversion, Error, Event, Timestamp, Value};

#[cfg(all(feature = "conversions", not(feature = "v2")))]
use crate::question::Question;
#[cfg(feature = "whole")]
use crate::whole;
/// Pages of version 1 have one call, all others every call of their build.
#[cfg(all(feature = "conversions", feature = "v2"))]
use cloudconvert_core::AnyCall as Question;

pub(crate) enum Machine {
    Conversion(Box<Conversion>),
    #[cfg(feature = "conversions")]
    Call(Box<CallMachine<Question>>),
    /// The callback that was read.
    #[cfg(feature = "whole")]
    Told(Value<'static>),
}

impl Machine {
    /// What a wish leads to, see [`Run::new`](crate::Run::new).
    pub(crate) fn begin(api: &Api, wish: &Value<'_>, seed: u64) -> Result<Self, Error> {
        #[cfg(feature = "whole")]
        if wish.get("called") != &Value::Null {
            return Ok(Self::Told(told(Callback::from_value(api, wish.get("called"))?)));
        }
        #[cfg(feature = "whole")]
        if wish.get("saved") != &Value::Null {
            return Ok(Self::Conversion(Box::new(whole::keeping(
                Conversion::resume_from_value(api, wish)?,
                wish,
            ))));
        }
        #[cfg(feature = "conversions")]
        if wish.get("call") != &Value::Null {
            return Ok(Self::Call(Box::new(call(api, wish, seed)?)));
        }
        let conversion = Conversion::from_value(api, wish, seed)?;
        #[cfg(feature = "whole")]
        let conversion = whole::keeping(conversion, wish);
        Ok(Self::Conversion(Box::new(conversion)))
    }

    pub(crate) fn poll(&mut self, now: Timestamp) -> Action<Value<'static>> {
        match self {
            Self::Conversion(conversion) => match conversion.poll(now) {
                Action::Send(request) => Action::Send(request),
                Action::Settle { id } => Action::Settle { id },
                Action::Wait { until } => Action::Wait { until },
                Action::Busy { deadline } => Action::Busy { deadline },
                Action::Done(result) => Action::Done(result.map(|output| output.to_value())),
            },
            #[cfg(feature = "conversions")]
            Self::Call(call) => call.poll(now),
            #[cfg(feature = "whole")]
            Self::Told(told) => Action::Done(Ok(told.clone())),
        }
    }

    pub(crate) fn handle(&mut self, now: Timestamp, event: Event) {
        match self {
            Self::Conversion(conversion) => conversion.handle(now, event),
            #[cfg(feature = "conversions")]
            Self::Call(call) => call.handle(now, event),
            #[cfg(feature = "whole")]
            Self::Told(_) => {}
        }
    }

    pub(crate) fn cancel(&mut self, now: Timestamp) {
        match self {
            Self::Conversion(conversion) => conversion.cancel(now),
            #[cfg(feature = "conversions")]
            Self::Call(call) => call.cancel(),
            #[cfg(feature = "whole")]
            Self::Told(_) => {}
        }
    }

    /// How far a conversion is, if there is something to show; nothing else tells that.
    pub(crate) fn news(&mut self, now: Timestamp) -> Value<'static> {
        match self {
            Self::Conversion(conversion) => {
                conversion.news(now).map_or(Value::Null, |progress| progress.to_value())
            }
            #[cfg(feature = "conversions")]
            _ => Value::Null,
        }
    }
}

#[cfg(feature = "whole")]
fn call(api: &Api, wish: &Value<'_>, seed: u64) -> Result<CallMachine<Question>, Error> {
    CallMachine::from_value(api, wish.get("call"), wish.get("policy"), seed)
}

/// No call of a page waits for the end of a conversion.
#[cfg(all(feature = "conversions", not(feature = "whole")))]
fn call(api: &Api, wish: &Value<'_>, seed: u64) -> Result<CallMachine<Question>, Error> {
    let question = Question::from_value(api, wish.get("call"))?;
    let policy = cloudconvert_core::Policy::for_call(false, wish.get("policy"))?;
    CallMachine::new(api, question, policy, seed)
}

#[cfg(feature = "whole")]
fn told(callback: Callback) -> Value<'static> {
    let mut told = Value::object();
    told.set("id", callback.id);
    told.set("url", callback.url);
    told.set("step", callback.step);
    told
}
