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
/// `AnyCall` does, with a `policy`; or `called`, the URL of a callback, of which only the `id`,
/// `url` and `step` are read. The promise gives the output or the reply,
/// or rejects with an error object that has a `code`.
#[wasm_bindgen]
pub async fn run(wish: JsValue, host: Host) -> Result<JsValue, JsValue> {
    let result = match begin(&wish) {
        Ok(Begun::Machine(machine)) => driver::drive(machine, host).await,
        Ok(Begun::Told(told)) => Ok(told),
        Err(error) => Err(error),
    };
    result.map(|value| to_js(&value)).map_err(|error| to_js(&error.to_value()))
}

/// What a wish leads to.
enum Begun {
    Machine(Machine),
    /// All is known at once.
    Told(Value<'static>),
}

fn begin(wish: &JsValue) -> Result<Begun, Error> {
    let mut wish = read(wish)?;
    let api = Api::from_value(&Browser, &wish)?;
    if wish.get("called") != &Value::Null {
        let callback = Callback::read(&api, wish.get("called").text().unwrap_or_default())?;
        let mut told = Value::object();
        told.set("id", callback.id);
        told.set("url", callback.url);
        told.set("step", callback.step);
        return Ok(Begun::Told(told));
    }
    if wish.get("call").is_empty() {
        let conversion = Conversion::from_value(&api, &wish, seed())?;
        return Ok(Begun::Machine(Machine::Conversion(Box::new(conversion))));
    }
    let patience = wish.remove("policy").unwrap_or_default();
    for service in ["base", "key", "trusted"] {
        wish.remove(service);
    }
    let call = CallMachine::from_value(&api, &wish, &patience, seed())?;
    Ok(Begun::Machine(Machine::Call(Box::new(call))))
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
