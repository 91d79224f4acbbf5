//! What the machine wants, as JavaScript does it.

use cloudconvert_core::{Action, Body, Form, Piece, Request, Sink, Value};
use wasm_bindgen::JsValue;

use crate::clock;
use crate::platform::to_js;

/// An action as `npm/src/machine.ts` declares it.
pub(crate) fn to_action(action: Action<Value<'static>>) -> JsValue {
    let (name, value) = match action {
        Action::Send(request) => return to_request(&request),
        #[cfg(feature = "conversions")]
        Action::Settle { id } => ("id", id.into()),
        // What only uploads has no outputs.
        #[cfg(not(feature = "conversions"))]
        Action::Settle { .. } => return JsValue::NULL,
        Action::Wait { until } => ("wait", clock::until(until).into()),
        Action::Busy { deadline } => ("busy", clock::until(deadline).into()),
        Action::Done(Ok(value)) => ("done", value),
        Action::Done(Err(error)) => ("error", error.to_value()),
    };
    let mut action = Value::object();
    action.set(name, value);
    to_js(&action)
}

fn to_request(request: &Request) -> JsValue {
    let mut sent = Value::object();
    sent.set("id", request.id);
    #[cfg(feature = "conversions")]
    sent.set("cleansUp", request.cleans_up);
    let Body::Stream { pieces, form, .. } = &request.body else {
        #[cfg(feature = "conversions")]
        return crate::fetch::to_request(request, sent);
        // What only uploads sends nothing else.
        #[cfg(not(feature = "conversions"))]
        return JsValue::NULL;
    };
    sent.set("method", request.method.as_str());
    sent.set("url", request.url.clone());
    sent.set("headers", pairs(request.headers.iter().map(|(name, value)| (*name, value.as_str()))));
    sent.set_some("form", form.as_ref().map(form_of));
    if let Sink::Memory { limit } = request.sink {
        sent.set("limit", limit as u64);
    }
    sent.set("pieces", pieces.iter().map(piece).collect::<Vec<_>>());
    let sent = to_js(&sent);
    #[cfg(feature = "framing")]
    crate::framing::add(pieces, &sent);
    sent
}

fn form_of(form: &Form) -> Value<'static> {
    let names: Vec<Value<'static>> = form.names.iter().map(|name| name.clone().into()).collect();
    let mut told = Value::object();
    told.set("fields", pairs(form.fields.iter()));
    told.set("field", form.field);
    told.set("names", names);
    told
}

fn pairs<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> Value<'static> {
    let pair =
        |(name, text): (&str, &str)| Value::Array(vec![name.to_owned().into(), text.to_owned().into()]);
    all.map(pair).collect::<Vec<_>>().into()
}

/// An input by its number; bytes are none of JSON's.
fn piece(piece: &Piece) -> Value<'static> {
    match piece {
        Piece::File(input) => (*input as u64).into(),
        Piece::Bytes(_) => Value::Null,
    }
}
