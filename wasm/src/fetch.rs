//! One request by `fetch`, which the host performs: the bytes of outputs never come here.

use std::rc::Rc;

use cloudconvert_core::{Body, Method, Place, Reason, Request, Response, Sink};
use gloo_net::http::Headers;
use js_sys::{Array, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit, RequestRedirect};

use crate::host::Host;
use crate::sink_name;

/// What is told of an answer that goes into a file.
pub(crate) enum Told {
    /// Its head.
    Begun(Response),
    /// How long the file is.
    Received(u64),
}

/// Sends a request; `settled` is told the end, unless the request was given up before. Gives a promise of that.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
pub(crate) fn fetch(
    request: &Request,
    host: &Host,
    signal: &AbortSignal,
    told: impl Fn(Told) + 'static,
    settled: &JsValue,
) -> Result<Promise, Reason> {
    // A browser shows no redirect, so it has to follow one; what must not be sent again, and the key, never do.
    let follow = request.method == Method::Get && !request.carries_key();
    let (sink, told) = (request.sink.clone(), Rc::new(told));
    let telling = told.clone();
    let begun = Closure::<dyn Fn(JsValue) -> f64>::new(move |head: JsValue| {
        let head = read(&head);
        let place = sink.place(&head);
        if let Sink::File { .. } = sink {
            telling(Told::Begun(head));
        }
        match place {
            Place::File { offset } => offset as f64,
            Place::Memory { limit } => -1.0 - limit as f64,
        }
    });
    let received = Closure::<dyn Fn(f64)>::new(move |bytes: f64| told(Told::Received(bytes as u64)));
    let (begun, received) = (begun.into_js_value(), received.into_js_value());
    let name = sink_name(&request.sink);
    Ok(host.fetch(&build(request, host)?, name, follow, signal, &begun, &received, settled))
}

/// A function that the host tells the end of a request: its answer, or why there is none.
pub(crate) fn settling(host: &Host, then: impl FnOnce(Result<Response, Reason>) + 'static) -> JsValue {
    let host = host.clone();
    Closure::once_into_js(move |answer: JsValue, error: JsValue| then(answered(&host, &answer, &error)))
}

fn answered(host: &Host, answer: &JsValue, error: &JsValue) -> Result<Response, Reason> {
    if !answer.is_undefined() {
        // A redirect, which a browser does not show, has no head.
        let is_hidden = field(answer, "status").as_f64() == Some(0.0);
        return if is_hidden { Err(Reason::Redirect) } else { Ok(read(answer)) };
    }
    if let Some(why) = field(error, "input").as_string() {
        return Err(Reason::Input(why));
    }
    if let Some(why) = field(error, "sink").as_string() {
        return Err(Reason::Sink(why));
    }
    Err(host.failed(error).map_or(Reason::Connection, Reason::Permanent))
}

/// The head of an answer, with as much as there is of the rest.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn read(answer: &JsValue) -> Response {
    let number = |name| field(answer, name).as_f64().unwrap_or_default();
    let text = |pair: &Array, at| pair.get(at).as_string().unwrap_or_default();
    let pairs = Array::from(&field(answer, "headers")).into_iter().map(|pair| Array::from(&pair));
    Response {
        status: number("status") as u16,
        headers: pairs.map(|pair| (text(&pair, 0), text(&pair, 1))).collect(),
        body: field(answer, "text").as_string().unwrap_or_default().into_bytes(),
        received: number("received") as u64,
        url: field(answer, "url").as_string(),
    }
}

fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

fn build(request: &Request, host: &Host) -> Result<web_sys::Request, Reason> {
    let headers = Headers::new();
    // Pages may not send it without asking first, which few services answer. The core compares the versions all the same.
    let sent = |name: &str| host.sees_redirects() || name != "if-range";
    for (name, value) in request.headers.iter().filter(|(name, _)| sent(name)) {
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
    web_sys::Request::new_with_str_and_init(&request.url, &init).map_err(|_| Reason::Connection)
}
