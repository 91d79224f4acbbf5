//! The core in WebAssembly. JavaScript calls [`run`]; everything that it may want is told in one object.

mod driver;
mod fetch;
mod host;
mod platform;

use cloudconvert_core::{Api, CallMachine, Callback, Code, Conversion, Error, Sink, Value};
use talc::cell::TalcSyncCell;
use talc::wasm::{WasmBinning, WasmGrowAndExtend};
use wasm_bindgen::prelude::*;

use driver::Machine;
use host::Host;
use platform::{Browser, from_js, to_js};

/// Small, because every page that uses the package loads it.
#[global_allocator]
static ALLOCATOR: TalcSyncCell<WasmGrowAndExtend, WasmBinning> =
    TalcSyncCell::new_wasm(WasmGrowAndExtend::new());

/// Runs one conversion, or a part of one, or a single call, to its end.
///
/// `wish` has what the core's `Api::from_value` reads, and either `run` as `Conversion::from_value` does, or `call` as
/// `AnyCall` does, with a `policy`. The promise gives the output or the reply,
/// or rejects with an error object that has a `code`.
#[wasm_bindgen]
pub async fn run(wish: JsValue, host: Host) -> Result<JsValue, JsValue> {
    let result = match begin(&wish) {
        Ok(machine) => driver::drive(machine, host).await,
        Err(error) => Err(error),
    };
    told(result)
}

/// Reads what the service said by calling `called`: gives its `id`, `url` and `step`. `wish` has `base` and `trusted`.
///
/// # Errors
/// As [`run`] rejects.
#[wasm_bindgen]
pub fn callback(wish: &JsValue, called: &str) -> Result<JsValue, JsValue> {
    let read = || {
        let callback = Callback::read(&Api::from_value(&Browser, &read(wish)?)?, called)?;
        let mut told = Value::object();
        told.set("id", callback.id);
        told.set("url", callback.url);
        told.set("step", callback.step);
        Ok(told)
    };
    told(read())
}

fn told(result: Result<Value<'static>, Error>) -> Result<JsValue, JsValue> {
    result.map(|value| to_js(&value)).map_err(|error| to_js(&error.to_value()))
}

fn begin(wish: &JsValue) -> Result<Machine, Error> {
    let mut wish = read(wish)?;
    let (api, seed) = (Api::from_value(&Browser, &wish)?, seed());
    if wish.get("call").is_empty() {
        return Ok(Machine::Conversion(Box::new(Conversion::from_value(&api, &wish, seed)?)));
    }
    let patience = wish.remove("policy").unwrap_or_default();
    for service in ["base", "key", "trusted"] {
        wish.remove(service);
    }
    Ok(Machine::Call(Box::new(CallMachine::from_value(&api, &wish, &patience, seed)?)))
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
