//! The core in WebAssembly: a machine that JavaScript polls, and tells what happened. It does nothing by itself.

mod action;
mod clock;
mod event;
mod machine;
mod platform;
#[cfg(not(feature = "v2"))]
mod question;
mod url;

use cloudconvert_core::{Action, Code, Error, Event, Place, Sink};
use talc::cell::TalcSyncCell;
use talc::wasm::{WasmBinning, WasmGrowAndExtend};
use wasm_bindgen::prelude::*;

use clock::now;
use machine::Machine;
use platform::{from_js, to_js};

/// Small, because every page that uses the package loads it.
#[global_allocator]
static ALLOCATOR: TalcSyncCell<WasmGrowAndExtend, WasmBinning> =
    TalcSyncCell::new_wasm(WasmGrowAndExtend::new());

/// One conversion, or a part of one, or a single call. The shapes of what goes in and out are in `npm/src/machine.ts`.
#[wasm_bindgen]
pub struct Run {
    machine: Machine,
    /// Where the answer to the present request goes.
    sink: Sink,
}

#[wasm_bindgen]
impl Run {
    /// `wish` has what the core's `Api::from_value` reads, and either `run` as `Conversion::from_value` does; or `call`,
    /// which `AnyCall::from_value` reads (a page has `types` and `list` only); or `called`, the URL of a callback, of which only the `id`, `url` and `step` are read.
    /// Throws an object that has a `code`.
    #[wasm_bindgen(constructor)]
    pub fn new(wish: &JsValue) -> Result<Self, JsValue> {
        let unread = || Error::new(Code::BadRequest, "the options have a value that JSON cannot hold");
        let begun = from_js(wish).ok_or_else(unread).and_then(|wish| Machine::begin(&wish, seed()));
        let machine = begun.map_err(|error| to_js(&error.to_value()))?;
        Ok(Self { machine, sink: Sink::Memory { limit: 0 } })
    }

    /// What is to be done now.
    pub fn poll(&mut self) -> JsValue {
        let action = self.machine.poll(now());
        if let Action::Send(request) = &action {
            self.sink = request.sink.clone();
        }
        action::to_action(action)
    }

    /// Tells what happened.
    pub fn handle(&mut self, event: &JsValue) {
        let event = from_js(event).unwrap_or_default();
        self.machine.handle(now(), event::read(&event));
    }

    /// Tells that the answer to the present request has begun. Gives where its body goes: from this byte of its output on,
    /// or where it is negative, into memory, as many bytes less one; the rest is let go.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
    pub fn begun(&mut self, id: f64, head: &JsValue) -> f64 {
        let head = event::response(&from_js(head).unwrap_or_default());
        let place = self.sink.place(&head);
        if let Sink::File { .. } = self.sink {
            self.machine.handle(now(), Event::Begun { id: id as u64, response: head });
        }
        match place {
            Place::File { offset } => offset as f64,
            Place::Memory { limit } => -1.0 - limit as f64,
        }
    }

    /// Gives up.
    pub fn cancel(&mut self) {
        self.machine.cancel(now());
    }

    /// How far a conversion is.
    pub fn progress(&self) -> JsValue {
        to_js(&self.machine.progress())
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn seed() -> u64 {
    let part = || (js_sys::Math::random() * f64::from(u32::MAX)) as u64;
    part() << 32 | part()
}
