//! One request by `fetch`: its answer goes into memory or, chunk by chunk, to the host's file.

use cloudconvert_core::{Body, Method, Place, Reason, Request, Response, Sink};
use gloo_net::http::{RequestBuilder, Response as Answer};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache, RequestCredentials,
    RequestRedirect, ResponseType,
};

use crate::host::{Host, send};
use crate::sink_name;

/// What is told of an answer that goes into a file.
pub(crate) enum Told {
    /// Its head.
    Begun(Response),
    /// How long the file is.
    Received(u64),
}

/// Sends a request.
pub(crate) async fn fetch(
    request: &Request,
    host: &Host,
    signal: Option<&AbortSignal>,
    told: &dyn Fn(Told),
) -> Result<Response, Reason> {
    let broken = |error: JsValue| {
        host.failed(&error);
        Reason::Connection
    };
    let mut redirect = RequestRedirect::Manual;
    let answer = loop {
        let follows = redirect == RequestRedirect::Follow;
        match ask(request, host, signal, redirect).await? {
            Ok(answer) if answer.type_() != ResponseType::Opaqueredirect => break answer,
            // A browser shows no redirect, so it has to follow this one; what must not be sent again, and the key, never do.
            Ok(_) if !follows && !request.carries_key() && request.method == Method::Get => {
                redirect = RequestRedirect::Follow;
            }
            Err(error) if !follows => return Err(broken(error)),
            _ => return Err(Reason::Redirect),
        }
    };
    let mut response = Response { status: answer.status(), ..Response::default() };
    response.headers = answer.headers().entries().collect();
    response.url = answer.redirected().then(|| answer.url());
    if let Sink::File { .. } = request.sink {
        told(Told::Begun(response.clone()));
    }
    let place = request.sink.place(&response);
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
                told(Told::Received(response.received));
            }
            Place::Memory { limit } => {
                response.body.extend(chunk.to_vec());
                if response.body.len() >= limit {
                    // The rest is let go.
                    response.body.truncate(limit);
                    let _ = reader.cancel();
                    break;
                }
            }
        }
    }
    Ok(response)
}

/// The answer, as far as its head; or why there is none, in the words of JavaScript.
async fn ask(
    request: &Request,
    host: &Host,
    signal: Option<&AbortSignal>,
    redirect: RequestRedirect,
) -> Result<Result<Answer, JsValue>, Reason> {
    let mut builder = RequestBuilder::new(&request.url)
        .method(request.method.as_str().parse().map_err(|_| Reason::Connection)?)
        .redirect(redirect)
        .credentials(RequestCredentials::Omit)
        .cache(RequestCache::NoStore)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .abort_signal(signal);
    // Pages may not send it without asking first, which few services answer. The core compares the versions all the same.
    let sent = |name: &str| host.sees_redirects() || name != "if-range";
    for (name, value) in request.headers.iter().filter(|(name, _)| sent(name)) {
        builder = builder.header(name, value);
    }
    let built = match &request.body {
        Body::Bytes(bytes) => builder.body(Uint8Array::from(bytes.as_slice())),
        _ => builder.build(),
    };
    let answer = send(&built.map_err(|_| Reason::Connection)?.into()).await;
    Ok(answer.map(|answer| Answer::from(answer.unchecked_into::<web_sys::Response>())))
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
