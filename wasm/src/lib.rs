//! The core in WebAssembly: a machine that JavaScript polls, and tells what happened. It does nothing by itself.

mod action;
mod clock;
mod event;
#[cfg(feature = "conversions")]
mod fetch;
#[cfg(feature = "framing")]
mod framing;
mod machine;
mod platform;
#[cfg(all(feature = "conversions", not(feature = "v2")))]
mod question;
mod url;
#[cfg(feature = "whole")]
mod whole;

#[cfg(feature = "conversions")]
use cloudconvert_core::{Action, Event, Place, Response, Sink};
use cloudconvert_core::{Api, Code, Error, Value};
#[cfg(feature = "whole")]
use cloudconvert_core::{Present, SaveTo};
use talc::cell::TalcSyncCell;
use talc::wasm::{WasmBinning, WasmGrowAndExtend};
use wasm_bindgen::prelude::*;

use clock::now;
use machine::Machine;
use platform::{Browser, from_js, to_js};

/// Small, because every page that uses the package loads it.
#[global_allocator]
static ALLOCATOR: TalcSyncCell<WasmGrowAndExtend, WasmBinning> =
    TalcSyncCell::new_wasm(WasmGrowAndExtend::new());

/// One conversion, or a part of one, or a single call. The shapes of what goes in and out are in `npm/src/machine.ts`.
#[wasm_bindgen]
pub struct Run {
    machine: Machine,
    /// Where the answer to the present request goes.
    #[cfg(feature = "conversions")]
    sink: Sink,
}

#[wasm_bindgen]
impl Run {
    /// `wish` has what the core's `Api::from_value` reads, and one of these: `run`, as `Conversion::from_value` reads it;
    /// `call`, as `AnyCall::from_value` does, with a `policy` (a page has `types` only); `saved`, as
    /// `Conversion::resume_from_value` does; or `called`, the URL of a callback, of which only the `id`, `url` and `step` are
    /// read. The last two are only in the whole build. Throws an object that has a `code`.
    #[wasm_bindgen(constructor)]
    pub fn new(wish: &JsValue) -> Result<Self, JsValue> {
        let (api, wish) = read(wish)?;
        let machine = Machine::begin(&api, &wish, seed()).map_err(|error| refused(&error))?;
        Ok(Self {
            machine,
            #[cfg(feature = "conversions")]
            sink: Sink::Memory { limit: 0 },
        })
    }

    /// What is to be done now.
    pub fn poll(&mut self) -> JsValue {
        let action = self.machine.poll(now());
        #[cfg(feature = "conversions")]
        if let Action::Send(request) = &action {
            self.sink = request.sink.clone();
        }
        #[cfg(feature = "whole")]
        if let Machine::Conversion(conversion) = &self.machine {
            return whole::with_checkpoint(conversion, action);
        }
        action::to_action(action)
    }

    /// Tells what happened.
    pub fn handle(&mut self, event: &JsValue) {
        let event = from_js(event).unwrap_or_default();
        self.machine.handle(now(), event::read(&event));
    }

    #[cfg(feature = "conversions")]
    /// Tells that the answer to the present request has begun. Gives where its body goes: from this byte of its output on,
    /// or where it is negative, into memory, as many bytes less one; the rest is let go.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn begun(&mut self, id: f64, head: &JsValue) -> f64 {
        let head = event::response(&from_js(head).unwrap_or_default());
        let place = place(&self.sink, &head);
        if let Sink::File { .. } = self.sink {
            self.machine.handle(now(), Event::Begun { id: id as u64, response: head });
        }
        place
    }

    /// Gives up.
    pub fn cancel(&mut self) {
        self.machine.cancel(now());
    }

    /// How far a conversion is, if there is something to show since this was asked last.
    pub fn news(&mut self) -> JsValue {
        to_js(&self.machine.news(now()))
    }
}

#[cfg(feature = "whole")]
#[wasm_bindgen]
impl Run {
    /// Outputs are about to get their names: pairs of an output, and by what its file is known. Gives a state to be kept before.
    pub fn naming(&mut self, outputs: &JsValue) -> Option<String> {
        let Machine::Conversion(conversion) = &mut self.machine else { return None };
        conversion.naming(whole::marks(outputs))
    }

    /// Whether a file that is known by this mark is this output, which an earlier program named.
    pub fn is_output(&self, output: &str, mark: &str) -> bool {
        matches!(&self.machine, Machine::Conversion(conversion) if conversion.is_output(output, mark))
    }
}

/// A name for a file in a folder where so many earlier ones are taken.
#[cfg(feature = "whole")]
#[wasm_bindgen]
pub fn numbered_name(name: &str, taken: u32) -> String {
    cloudconvert_core::numbered_name(name, taken)
}

/// What is done at a path for outputs, each of which may be downloaded on its own. `named` is as the member `save_to` of a wish. Gives
/// `file`, `stream`, `folder`, or `make` for a folder that is not there yet. Throws as [`Run::new`] does.
#[cfg(feature = "whole")]
#[wasm_bindgen]
pub fn save_to(named: &JsValue, each: bool) -> Result<String, JsValue> {
    let named = from_js(named).unwrap_or_default();
    let save_to = SaveTo::from_value(&named, each).map_err(|error| refused(&error))?;
    Ok(save_to.unwrap_or(SaveTo::File).name().to_owned())
}

/// Whether an output takes the name in a folder under which this stands.
#[cfg(feature = "whole")]
#[wasm_bindgen]
pub fn gives_way(present: &str, overwrite: bool) -> bool {
    Present::from_name(present).gives_way(overwrite)
}

/// A wish, and the service that it is for.
fn read(wish: &JsValue) -> Result<(Api, Value<'static>), JsValue> {
    let unread = || Error::new(Code::BadRequest, "the options have a value that JSON cannot hold");
    let wish = from_js(wish).ok_or_else(unread);
    wish.and_then(|wish| Ok((Api::from_value(&Browser, &wish)?, wish))).map_err(|error| refused(&error))
}

fn refused(error: &Error) -> JsValue {
    to_js(&error.to_value())
}

/// See [`Run::begun`].
#[cfg(feature = "conversions")]
#[allow(clippy::cast_precision_loss)]
fn place(sink: &Sink, head: &Response) -> f64 {
    match sink.place(head) {
        Place::File { offset } => offset as f64,
        Place::Memory { limit } => -1.0 - limit as f64,
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn seed() -> u64 {
    let part = || (js_sys::Math::random() * f64::from(u32::MAX)) as u64;
    part() << 32 | part()
}
