//! The core in WebAssembly. JavaScript calls [`run`]; everything that it may want is told in one object.

mod driver;
mod fetch;
mod host;
mod platform;

use cloudconvert_core::v1::{Call, Types};
use cloudconvert_core::{Api, Code, Conversion, Error, InputFile, Job, Policy, Sink, Value};
use wasm_bindgen::prelude::*;

use host::Host;
use platform::{from_js, to_js};

/// Runs one conversion, or a part of one, to its end.
///
/// `wish` has `run` (`convert`, `prepare`, `upload`, `follow` or `delete`), `base`, `key`, `trusted`, `url`, `job`,
/// `files` and `policy`. The promise gives the output, or rejects with an error object that has a `code`.
#[wasm_bindgen]
pub async fn run(wish: JsValue, host: Host) -> Result<JsValue, JsValue> {
    let conversion = begin(&wish).map_err(|error| to_js(&error.to_value()))?;
    match driver::drive(conversion, host).await {
        Ok(output) => Ok(to_js(&output.to_value())),
        Err(error) => Err(to_js(&error.to_value())),
    }
}

/// What the service converts, as an array of `{from, to, entry}`.
#[wasm_bindgen]
pub async fn formats(wish: JsValue, host: Host) -> Result<JsValue, JsValue> {
    let formats = list(&wish, host).await;
    formats.map(|types| to_js(&types)).map_err(|error| to_js(&error.to_value()))
}

async fn list(wish: &JsValue, host: Host) -> Result<Value<'static>, Error> {
    let wish = read(wish)?;
    let api = api(&wish)?;
    let call = Types { from: wish.get("from").text(), to: wish.get("to").text() };
    let response = driver::ask(call.request(&api)?, host).await;
    let types = call.reply(&api, &response.map_err(|reason| reason.to_error())?)?;
    let types = types.into_iter().map(|pair| {
        let mut value = Value::object();
        value.set("from", pair.from);
        value.set("to", pair.to);
        value.set("entry", pair.entry);
        value
    });
    Ok(Value::Array(types.collect()))
}

fn begin(wish: &JsValue) -> Result<Conversion, Error> {
    let wish = read(wish)?;
    let api = api(&wish)?;
    let policy = Policy::from_value(wish.get("policy"))?;
    let url = wish.get("url").text().unwrap_or_default();
    let seed = seed();
    match wish.get("run").text() {
        Some("prepare") => Conversion::prepare(&api, Job::from_value(wish.get("job"))?, policy, seed),
        Some("upload") => {
            let file = |file: &Value<'_>| InputFile {
                name: file.get("name").text().unwrap_or_default().to_owned(),
                size: file.get("size").unsigned(),
            };
            let files = wish.get("files").items().iter().map(file).collect();
            Conversion::upload(&api, url, files, policy, seed)
        }
        Some("follow") => Conversion::follow(&api, url, policy, seed),
        Some("delete") => Conversion::delete(&api, url, policy, seed),
        _ => Conversion::new(&api, Job::from_value(wish.get("job"))?, policy, seed),
    }
}

/// The API at the base URL; without one, at the origin of the URL that was given.
fn api(wish: &Value<'_>) -> Result<Api, Error> {
    let mut api = match (wish.get("base").text(), wish.get("url").text()) {
        (None, Some(url)) => Api::for_url(&platform::Browser, url)?,
        (base, _) => {
            Api::with_platform(&platform::Browser, base.unwrap_or_default(), wish.get("key").text())?
        }
    };
    for host in wish.get("trusted").items() {
        api = api.trust(host.text().unwrap_or_default());
    }
    Ok(api)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn seed() -> u64 {
    let part = || (js_sys::Math::random() * f64::from(u32::MAX)) as u64;
    part() << 32 | part()
}

fn read(wish: &JsValue) -> Result<Value<'static>, Error> {
    from_js(wish)
        .ok_or_else(|| Error::new(Code::BadRequest, "the options have a value that JSON cannot hold"))
}

/// The name of a sink's file.
pub(crate) fn sink_name(sink: &Sink) -> &str {
    match sink {
        Sink::File { name, .. } => name,
        Sink::Memory { .. } => "",
    }
}
