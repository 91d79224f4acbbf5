//! Many conversions behind one limit and one pace.

use std::collections::BTreeMap;

use cloudconvert_core::{Action, Batch, BatchAction, Concurrency, Conversion, Event, Sink, Value};
use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use super::{keeping, marks, with_checkpoint};
use crate::clock::{self, now};
use crate::platform::{from_js, to_js};
use crate::{action, event, place, read, refused, seed};

/// Many conversions, each a member with a number. The shapes of what goes in and out are in `npm/src/machine.ts`.
#[wasm_bindgen]
pub struct Many {
    batch: Batch,
    /// Where the answers to the present requests of members go.
    sinks: BTreeMap<u64, Sink>,
}

#[wasm_bindgen]
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
impl Many {
    /// So many run at once, or as many as the core says where nothing is given.
    #[wasm_bindgen(constructor)]
    pub fn new(concurrency: &JsValue) -> Result<Self, JsValue> {
        // What is no value at all is none that can be taken.
        let told = from_js(concurrency).unwrap_or(Value::Bool(false));
        let concurrency = Concurrency::from_value(&told).map_err(|error| refused(&error))?;
        Ok(Self { batch: Batch::new(concurrency, seed()), sinks: BTreeMap::new() })
    }

    /// How many run at once.
    #[wasm_bindgen(getter)]
    pub fn concurrency(&self) -> u32 {
        u32::try_from(self.batch.concurrency().get()).unwrap_or(u32::MAX)
    }

    /// Adds a conversion, by a wish as [`Run`](crate::Run) takes it. Gives the number of the member.
    pub fn add(&mut self, wish: &JsValue) -> Result<f64, JsValue> {
        let (api, wish) = read(wish)?;
        let conversion = Conversion::from_value(&api, &wish, seed()).map_err(|error| refused(&error))?;
        let member = self.batch.add(keeping(conversion, &wish));
        Ok(member as f64)
    }

    /// What is to be done now, and by which member.
    pub fn poll(&mut self) -> JsValue {
        match self.batch.poll(now()) {
            BatchAction::Send { member, request } => {
                self.sinks.insert(member, request.sink.clone());
                let Some(conversion) = self.batch.get(member) else { return JsValue::UNDEFINED };
                of(member, &with_checkpoint(conversion, Action::Send(request)))
            }
            BatchAction::Settle { member, id } => of(member, &action::to_action(Action::Settle { id })),
            BatchAction::Abort { member } => of(member, &told("abort", true)),
            BatchAction::Done { member, result, progress } => {
                self.sinks.remove(&member);
                let done = action::to_action(Action::Done(result.map(|output| output.to_value())));
                let progress = progress.map_or(JsValue::NULL, |progress| to_js(&progress.to_value()));
                let _ = Reflect::set(&done, &"progress".into(), &progress);
                of(member, &done)
            }
            BatchAction::Wait { until } => told("wait", clock::until(until)),
            BatchAction::Idle => told("idle", true),
        }
    }

    /// Tells what happened to a member.
    pub fn handle(&mut self, member: f64, event: &JsValue) {
        let event = from_js(event).unwrap_or_default();
        self.batch.handle(now(), member as u64, event::read(&event));
    }

    /// As [`Run::begun`](crate::Run::begun), for a member.
    pub fn begun(&mut self, member: f64, id: f64, head: &JsValue) -> f64 {
        let head = event::response(&from_js(head).unwrap_or_default());
        let Some(sink) = self.sinks.get(&(member as u64)) else { return -1.0 };
        let place = place(sink, &head);
        if let Sink::File { .. } = sink {
            let begun = Event::Begun { id: id as u64, response: head };
            self.batch.handle(now(), member as u64, begun);
        }
        place
    }

    /// As [`Run::naming`](crate::Run::naming), for a member.
    pub fn naming(&mut self, member: f64, outputs: &JsValue) -> Option<String> {
        self.batch.naming(member as u64, marks(outputs))
    }

    /// As [`Run::is_output`](crate::Run::is_output), for a member.
    pub fn is_output(&self, member: f64, output: &str, mark: &str) -> bool {
        self.batch.get(member as u64).is_some_and(|conversion| conversion.is_output(output, mark))
    }

    /// Cancels a member.
    pub fn cancel(&mut self, member: f64) {
        self.batch.cancel(now(), member as u64);
    }

    /// How far a member is, if there is something to show.
    pub fn news(&mut self, member: f64) -> JsValue {
        let news = self.batch.news(now(), member as u64);
        news.map_or(JsValue::NULL, |progress| to_js(&progress.to_value()))
    }
}

fn told(name: &'static str, value: impl Into<Value<'static>>) -> JsValue {
    let mut action = Value::object();
    action.set(name, value);
    to_js(&action)
}

/// Says whose action it is.
#[allow(clippy::cast_precision_loss)]
fn of(member: u64, action: &JsValue) -> JsValue {
    let _ = Reflect::set(action, &"member".into(), &(member as f64).into());
    action.clone()
}
