//! Requests that `fetch` sends.

use cloudconvert_core::{Body, Method, Request, Sink, Value};
use gloo_net::http::Headers;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::RequestInit;

use crate::platform::to_js;

/// The request, and what else the host has to know of it.
pub(crate) fn to_request(request: &Request, mut sent: Value<'_>) -> JsValue {
    // A browser shows no redirect, so it has to follow one; what must not be sent again, and the key, never do.
    sent.set("follow", request.method == Method::Get && !request.carries_key());
    sent.set("atOnce", request.at_once);
    if let Sink::File { name, .. } = &request.sink {
        sent.set("name", name.clone());
    }
    let sent = to_js(&sent);
    let _ = Reflect::set(&sent, &"request".into(), &build(request));
    sent
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
    if let Body::Bytes(bytes) = &request.body {
        init.set_body(&Uint8Array::from(bytes.as_slice()));
    }
    web_sys::Request::new_with_str_and_init(&request.url, &init).map_or(JsValue::UNDEFINED, JsValue::from)
}
