//! The loop between the machine and the world: poll, do, handle. It decides nothing.

use std::cell::RefCell;
use std::rc::Rc;

use cloudconvert_core::{
    Action, AnyCall, Body, CallMachine, Conversion, Error, Event, Form, Piece, Place, Request, Response,
    Value,
};
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

use crate::fetch::{Told, fetch, settling};
use crate::host::{Host, TIME_ORIGIN, clear_timeout, monotonic, set_timeout};
use crate::platform::to_js;

/// What is driven.
pub(crate) enum Machine {
    Conversion(Box<Conversion>),
    Call(Box<CallMachine<AnyCall>>),
}

impl Machine {
    fn poll(&mut self, now: u64) -> Action<Value<'static>> {
        match self {
            Self::Conversion(conversion) => match conversion.poll(now) {
                Action::Send(request) => Action::Send(request),
                Action::Wait { until } => Action::Wait { until },
                Action::Busy { deadline } => Action::Busy { deadline },
                Action::Done(result) => Action::Done(result.map(|output| output.to_value())),
            },
            Self::Call(call) => call.poll(now),
        }
    }

    fn handle(&mut self, now: u64, event: Event) {
        match self {
            Self::Conversion(conversion) => conversion.handle(now, event),
            Self::Call(call) => call.handle(now, event),
        }
    }

    fn cancel(&mut self, now: u64) {
        match self {
            Self::Conversion(conversion) => conversion.cancel(now),
            Self::Call(call) => call.cancel(),
        }
    }
}

/// A machine and its host, shared with the requests that are out.
struct Shared {
    machine: RefCell<Machine>,
    host: Host,
}

impl Shared {
    fn handle(&self, event: Event) {
        self.machine.borrow_mut().handle(now(), event);
        self.show();
    }

    fn show(&self) {
        let progress = match &*self.machine.borrow() {
            Machine::Conversion(conversion) => to_js(&conversion.progress().to_value()),
            Machine::Call(_) => return,
        };
        self.host.progress(&progress);
    }
}

pub(crate) async fn drive(machine: Machine, host: Host) -> Result<Value<'static>, Error> {
    let shared = Rc::new(Shared { machine: RefCell::new(machine), host });
    let mut out: Option<Exchange> = None;
    let mut cancelled = false;
    loop {
        if shared.host.aborted() && !cancelled {
            cancelled = true;
            shared.machine.borrow_mut().cancel(now());
        }
        let action = shared.machine.borrow_mut().poll(now());
        shared.show();
        let until = match action {
            Action::Done(result) => return result,
            Action::Send(request) => {
                out = Some(Exchange::start(&shared, &request));
                continue;
            }
            Action::Busy { deadline } => deadline,
            Action::Wait { until } => {
                out = None;
                until
            }
        };
        let timer = Timer::until(until);
        let race = Array::of1(&timer.promise);
        if let Some(out) = &out {
            race.push(&out.promise);
        }
        if !cancelled {
            race.push(&shared.host.on_abort());
        }
        let _ = JsFuture::from(Promise::race(&race)).await;
    }
}

/// A request that is out. Dropped, it is aborted.
struct Exchange {
    promise: Promise,
    abort: AbortController,
}

impl Exchange {
    fn start(shared: &Rc<Shared>, request: &Request) -> Self {
        let abort = AbortController::new().unwrap_throw();
        let (id, signal, host) = (request.id, abort.signal(), &shared.host);
        let telling = shared.clone();
        let settled = settling(host, move |answer| {
            telling.handle(match answer {
                Ok(response) => Event::Response { id, response },
                Err(reason) => Event::Failed { id, reason },
            });
        });
        let telling = shared.clone();
        let promise = match &request.body {
            Body::Stream { pieces, form, .. } => {
                Ok(upload(telling, request, pieces, form.as_ref(), &signal, &settled))
            }
            Body::Empty | Body::Bytes(_) => {
                let told = move |told| {
                    telling.handle(match told {
                        Told::Begun(response) => Event::Begun { id, response },
                        Told::Received(bytes) => Event::Received { id, bytes },
                    });
                };
                fetch(request, host, &signal, told, &settled)
            }
        };
        let promise = promise.unwrap_or_else(|reason| {
            shared.handle(Event::Failed { id, reason });
            Promise::resolve(&JsValue::UNDEFINED)
        });
        Self { promise, abort }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

/// Hands an upload to the host, which has the file.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
fn upload(
    shared: Rc<Shared>,
    request: &Request,
    pieces: &[Piece],
    form: Option<&Form>,
    signal: &AbortSignal,
    settled: &JsValue,
) -> Promise {
    let (id, host) = (request.id, shared.host.clone());
    let sent = Closure::<dyn Fn(Option<f64>)>::new(move |bytes: Option<f64>| {
        shared.handle(match bytes {
            Some(bytes) => Event::Sent { id, bytes: bytes as u64 },
            None => Event::Uncounted { id },
        });
    });
    let headers = request.headers.iter();
    let headers: Array =
        headers.map(|(name, value)| Array::of2(&(*name).into(), &value.as_str().into())).collect();
    let piece = |piece: &Piece| match piece {
        Piece::Bytes(bytes) => Uint8Array::from(bytes.as_slice()).into(),
        Piece::File(input) => JsValue::from(*input as u32),
    };
    let pieces: Array = pieces.iter().map(piece).collect();
    let form = form.map_or(JsValue::UNDEFINED, |Form { field, names, .. }| {
        let names: Array = names.iter().map(JsValue::from).collect();
        Array::of2(&(*field).into(), &names).into()
    });
    let limit =
        if let Place::Memory { limit } = request.sink.place(&Response::default()) { limit } else { 0 };
    let (method, url, sent) = (request.method.as_str(), &request.url, sent.into_js_value());
    host.upload(method, url, &headers, &pieces, &form, limit as f64, signal, &sent, settled)
}

/// A timer. Dropped, it is cleared, so that it keeps no program alive.
struct Timer {
    promise: Promise,
    timer: JsValue,
}

impl Timer {
    #[allow(clippy::cast_precision_loss)]
    fn until(time: u64) -> Self {
        // Longer timers than 2^31 ms fire at once, so they are cut; the loop asks again anyway.
        let pause = (time as f64 - clock()).clamp(0.0, 2_000_000_000.0);
        let mut timer = JsValue::UNDEFINED;
        let promise = Promise::new(&mut |resolve, _| timer = set_timeout(&resolve, pause.ceil()));
        Self { promise, timer }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.timer);
    }
}

/// The time on a clock that only goes forward, whatever is done to the machine's: milliseconds since the Unix epoch.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(crate) fn now() -> u64 {
    // A timer of a fraction of a millisecond may strike early.
    (clock() + 0.5) as u64
}

pub(crate) fn clock() -> f64 {
    TIME_ORIGIN.with(|origin| origin + monotonic())
}
