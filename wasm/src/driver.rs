//! The loop between the machine and the world: poll, do, handle. It decides nothing.

use std::cell::RefCell;
use std::rc::Rc;

use cloudconvert_core::v1::AnyCall;
use cloudconvert_core::{
    Action, Body, CallMachine, Conversion, Error, Event, Form, Piece, Place, Reason, Request, Response, Value,
};
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{AbortController, AbortSignal};

use crate::fetch::{Told, fetch};
use crate::host::{Host, clear_timeout, set_timeout};
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
                out = Some(Exchange::start(&shared, request));
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
    fn start(shared: &Rc<Shared>, request: Request) -> Self {
        let abort = AbortController::new().unwrap_throw();
        let (shared, signal) = (shared.clone(), abort.signal());
        let promise = future_to_promise(async move {
            let id = request.id;
            let told = |told| {
                shared.handle(match told {
                    Told::Begun(response) => Event::Begun { id, response },
                    Told::Received(bytes) => Event::Received { id, bytes },
                });
            };
            let answer = match &request.body {
                Body::Stream { pieces, form, .. } => {
                    upload(&shared, &request, pieces, form.as_ref(), &signal).await
                }
                Body::Empty | Body::Bytes(_) => fetch(&request, &shared.host, Some(&signal), &told).await,
            };
            shared.handle(match answer {
                Ok(response) => Event::Response { id, response },
                Err(reason) => Event::Failed { id, reason },
            });
            Ok(JsValue::UNDEFINED)
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
async fn upload(
    shared: &Rc<Shared>,
    request: &Request,
    pieces: &[Piece],
    form: Option<&Form>,
    signal: &AbortSignal,
) -> Result<Response, Reason> {
    let (id, telling) = (request.id, shared.clone());
    let sent = Closure::<dyn Fn(Option<f64>)>::new(move |bytes: Option<f64>| {
        telling.handle(match bytes {
            Some(bytes) => Event::Sent { id, bytes: bytes as u64 },
            None => Event::Uncounted { id },
        });
    });
    let sent: &Function = sent.as_ref().unchecked_ref();
    let headers: Array = request
        .headers
        .iter()
        .map(|(name, value)| Array::of2(&(*name).into(), &value.as_str().into()))
        .collect();
    #[allow(clippy::cast_possible_truncation)]
    let pieces: Array = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Bytes(bytes) => Uint8Array::from(bytes.as_slice()).into(),
            Piece::File(input) => JsValue::from(*input as u32),
        })
        .collect();
    let form = form.map_or(JsValue::UNDEFINED, |Form { field, names }| {
        let names: Array = names.iter().map(JsValue::from).collect();
        Array::of2(&(*field).into(), &names).into()
    });
    let method = request.method.as_str();
    let limit =
        if let Place::Memory { limit } = request.sink.place(&Response::default()) { limit } else { 0 };
    let limit = limit as f64;
    let answer =
        shared.host.upload(method, &request.url, &headers, &pieces, &form, limit, signal, sent).await;
    let answer = answer.map_err(|error| match field(&error, "input").as_string() {
        Some(why) => Reason::Input(why),
        None => {
            shared.host.failed(&error);
            Reason::Connection
        }
    })?;
    // A redirect, which a browser does not show.
    let status = field(&answer, "status").as_f64().filter(|status| *status > 0.0).ok_or(Reason::Redirect)?;
    let pairs = Array::from(&field(&answer, "headers"));
    let pairs = pairs.iter().map(|pair| {
        let pair = Array::from(&pair);
        (pair.get(0).as_string().unwrap_or_default(), pair.get(1).as_string().unwrap_or_default())
    });
    Ok(Response {
        status: status as u16,
        headers: pairs.collect(),
        body: field(&answer, "text").as_string().unwrap_or_default().into_bytes(),
        received: 0,
        url: field(&answer, "url").as_string(),
    })
}

fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
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
        let pause = (time as f64 - js_sys::Date::now()).clamp(0.0, 2_000_000_000.0);
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

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(crate) fn now() -> u64 {
    js_sys::Date::now() as u64
}
