//! What the machine wants, as JavaScript does it.

use cloudconvert_core::{Action, Body, Form, Method, Piece, Place, Request, Response, Sink, Value};
use gloo_net::http::Headers;
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::{ReferrerPolicy, RequestCache, RequestCredentials, RequestInit, RequestRedirect};

use crate::clock;
use crate::platform::to_js;

/// An action as `npm/src/machine.ts` declares it.
pub(crate) fn to_action(action: Action<Value<'static>>) -> JsValue {
    let (name, value) = match action {
        Action::Send(request) => return to_request(&request),
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
    let (name, value) = match &request.body {
        Body::Stream { pieces, form, .. } => {
            sent.set("method", request.method.as_str());
            sent.set("url", request.url.clone());
            sent.set("headers", pairs(request.headers.iter().map(|(name, value)| (*name, value.as_str()))));
            sent.set_some("form", form.as_ref().map(form_of));
            if let Place::Memory { limit } = request.sink.place(&Response::default()) {
                sent.set("limit", limit as u64);
            }
            ("pieces", pieces.iter().map(piece).collect::<Array>().into())
        }
        Body::Empty | Body::Bytes(_) => {
            // A browser shows no redirect, so it has to follow one; what must not be sent again, and the key, never do.
            sent.set("follow", request.method == Method::Get && !request.carries_key());
            sent.set("atOnce", request.at_once);
            if let Sink::File { name, .. } = &request.sink {
                sent.set("name", name.clone());
            }
            ("request", build(request))
        }
    };
    let sent = to_js(&sent);
    let _ = Reflect::set(&sent, &name.into(), &value);
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

fn piece(piece: &Piece) -> JsValue {
    match piece {
        Piece::Bytes(bytes) => Uint8Array::from(bytes.as_slice()).into(),
        #[allow(clippy::cast_possible_truncation)]
        Piece::File(input) => JsValue::from(*input as u32),
    }
}

/// None where the URL is one that this runtime does not take.
fn build(request: &Request) -> JsValue {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.append(name, value);
    }
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    init.set_headers(&headers.into_raw());
    init.set_redirect(RequestRedirect::Manual);
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    if let Body::Bytes(bytes) = &request.body {
        init.set_body(&Uint8Array::from(bytes.as_slice()));
    }
    web_sys::Request::new_with_str_and_init(&request.url, &init).map_or(JsValue::UNDEFINED, JsValue::from)
}
