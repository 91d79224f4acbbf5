//! One request by `fetch`: its answer goes into memory or, chunk by chunk, to the host's file.

use cloudconvert_core::{Body, Method, Place, Reason, Request, Response};
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, Headers, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache, RequestCredentials,
    RequestInit, RequestRedirect, ResponseType,
};

use crate::host::{Host, send};
use crate::sink_name;

/// Sends a request. `received` is told how long the file is.
pub(crate) async fn fetch(
    request: &Request,
    host: &Host,
    signal: Option<&AbortSignal>,
    received: &dyn Fn(u64),
) -> Result<Response, Reason> {
    // A redirect must not take the key along. Without the key a browser may follow one, which it does not show.
    let manual = request.carries_key() || host.sees_redirects() || request.method != Method::Get;
    let broken = |error: JsValue| {
        host.failed(&error);
        Reason::Connection
    };
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    init.set_redirect(if manual { RequestRedirect::Manual } else { RequestRedirect::Follow });
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_signal(signal);
    if let Body::Bytes(bytes) = &request.body {
        init.set_body(&Uint8Array::from(bytes.as_slice()));
    }
    let headers = Headers::new().map_err(broken)?;
    for (name, value) in &request.headers {
        headers.set(name, value).map_err(broken)?;
    }
    init.set_headers(&headers);
    let built = web_sys::Request::new_with_str_and_init(&request.url, &init).map_err(broken)?;
    let answer: web_sys::Response = send(&built).await.map_err(broken)?.unchecked_into();
    if answer.type_() == ResponseType::Opaqueredirect {
        return Err(Reason::Redirect);
    }
    let mut response = Response { status: answer.status(), ..Response::default() };
    for pair in answer.headers().entries().into_iter().flatten() {
        let pair = Array::from(&pair);
        let [name, value] = [0, 1].map(|at| pair.get(at).as_string().unwrap_or_default());
        response.headers.push((name, value));
    }
    let place = request.sink.place(response.status);
    if let Place::File { offset } = place {
        #[allow(clippy::cast_precision_loss)]
        host.begin(sink_name(&request.sink), offset as f64).await.map_err(|error| sink(&error))?;
        response.received = offset;
    }
    let Some(body) = answer.body() else { return Ok(response) };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    while let Some(chunk) = next(&reader).await.map_err(broken)? {
        match place {
            Place::File { .. } => {
                response.received += u64::from(chunk.length());
                host.write(&chunk).await.map_err(|error| sink(&error))?;
                received(response.received);
            }
            Place::Memory { limit } if response.body.len() + chunk.length() as usize > limit => {
                return Err(Reason::TooLarge);
            }
            Place::Memory { .. } => response.body.extend(chunk.to_vec()),
        }
    }
    Ok(response)
}

/// The next chunk of a body; none at its end.
async fn next(reader: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>, JsValue> {
    let read = JsFuture::from(reader.read()).await?;
    Ok(Reflect::get(&read, &"value".into())?.dyn_into().ok())
}

/// Why the output cannot be written, in the host's words.
fn sink(error: &JsValue) -> Reason {
    let message = Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string());
    Reason::Sink(message.unwrap_or_default())
}
