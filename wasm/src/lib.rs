//! The core in WebAssembly. JavaScript calls [`run`]; everything that it may want is told in one object.

mod driver;
mod fetch;
mod host;
mod platform;

use cloudconvert_core::Call;
use cloudconvert_core::v1::{List, Types};
use cloudconvert_core::{
    Api, Callback, Code, Conversion, Error, InputFile, Job, Policy, Reason, Retry, Sink, Turn, Value,
};
use talc::cell::TalcSyncCell;
use talc::wasm::{WasmBinning, WasmGrowAndExtend};
use wasm_bindgen::prelude::*;

use driver::now;
use host::Host;
use platform::{from_js, to_js};

/// Small, because every page that uses the package loads it.
#[global_allocator]
static ALLOCATOR: TalcSyncCell<WasmGrowAndExtend, WasmBinning> =
    TalcSyncCell::new_wasm(WasmGrowAndExtend::new());

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

/// Makes a call that belongs to no conversion.
///
/// `wish` has `ask` (`formats`, `processes` or `callback`), `base`, `key` and `trusted`, and what the call needs: `from`
/// and `to`, or `called`. The promise gives the reply, or rejects as [`run`] does.
#[wasm_bindgen]
pub async fn ask(wish: JsValue, host: Host) -> Result<JsValue, JsValue> {
    let reply = reply(&wish, host).await;
    reply.map(|reply| to_js(&reply)).map_err(|error| to_js(&error.to_value()))
}

async fn reply(wish: &JsValue, host: Host) -> Result<Value<'static>, Error> {
    let wish = read(wish)?;
    let api = api(&wish)?;
    match wish.get("ask").text() {
        Some("callback") => {
            let callback = Callback::read(&api, wish.get("called").text().unwrap_or_default())?;
            Ok(object([
                ("id", callback.id.into()),
                ("url", callback.url.into()),
                ("step", callback.step.into()),
            ]))
        }
        Some("processes") => {
            let processes = call(List, &api, host).await?.into_iter().map(|process| {
                object([
                    ("id", process.id.into()),
                    ("url", process.url.into()),
                    ("step", process.step.into()),
                    ("started", process.started.into()),
                    ("ended", process.ended.into()),
                    ("entry", process.entry),
                ])
            });
            Ok(Value::Array(processes.collect()))
        }
        _ => {
            let types = Types { from: wish.get("from").text(), to: wish.get("to").text() };
            let types = call(types, &api, host).await?.into_iter().map(|pair| {
                object([("from", pair.from.into()), ("to", pair.to.into()), ("entry", pair.entry)])
            });
            Ok(Value::Array(types.collect()))
        }
    }
}

/// Makes a call, as often as it takes.
async fn call<C: Call>(call: C, api: &Api, host: Host) -> Result<C::Reply, Error> {
    let mut retry = Retry::new(&call, Policy::brief(), now(), seed());
    let request = call.request(api)?;
    loop {
        let turn = match driver::ask(&request, &host).await {
            Ok(response) => retry.answered(&call, api, &response, now()),
            Err(reason) => retry.failed(&reason, now()),
        };
        match turn? {
            Turn::Done(reply) => return Ok(reply),
            Turn::Again { wait } if driver::pause(wait, &host).await => {}
            // Cancelled, which the host knows better.
            Turn::Again { .. } => return Err(Reason::Timeout.to_error()),
        }
    }
}

fn object<const N: usize>(members: [(&'static str, Value<'static>); N]) -> Value<'static> {
    Value::Object(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
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
