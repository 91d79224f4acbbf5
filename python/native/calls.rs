//! Single calls of the API, for those who drive a process themselves: the loop between a call and the world. It decides
//! nothing.

use std::pin::Pin;
use std::sync::Arc;

use cloudconvert_core::{Action, AnyCall, CallMachine, Code, Error, Event, Reason, Request, Response, Value};
use pyo3::PyErr;
use tokio::sync::Notify;

use crate::exchange::{Exchange, Files, Traffic};
use crate::hub::Hub;
use crate::network::Trouble;
use crate::runtime::blocking;
use crate::spool::Waiting;
use crate::task::Outcome;
use crate::transport::Answer;

/// A request that is out. Dropped, it is aborted.
struct Out<'h> {
    id: u64,
    traffic: Arc<Traffic>,
    answer: Pin<Box<dyn Future<Output = Result<Response, Trouble>> + Send + 'h>>,
}

/// Drives a call to its end. What it downloads goes into the files.
pub(crate) async fn drive(
    mut call: CallMachine<AnyCall>,
    hub: &Hub,
    files: &Arc<Files>,
    cancel: &Notify,
) -> Outcome {
    let (mut out, mut answer) = (None, None);
    let mut now = hub.clock.now().await;
    loop {
        let until = match call.poll(now) {
            Action::Done(Ok(reply)) => return whole(reply, files, cancel).await,
            Action::Done(Err(error)) => return Outcome::Failed(error, answer),
            Action::Send(request) => {
                out = Some(send(hub, files, request));
                continue;
            }
            Action::Busy { deadline } => deadline,
            Action::Wait { until } => {
                out = None;
                until
            }
        };
        // A clock that does not run stands still while a request is out.
        let beside = hub.clock.runs() || out.is_none();
        let happened = tokio::select! {
            happened = next(hub, &mut out) => happened,
            () = hub.clock.sleep(until), if beside => Ok(Vec::new()),
            () = cancel.notified() => {
                call.cancel();
                Ok(Vec::new())
            }
        };
        now = hub.clock.now().await;
        match happened {
            Ok(events) => {
                for event in events {
                    if let Event::Response { response, .. } = &event {
                        answer = Some(Answer::of(response));
                    }
                    call.handle(now, event);
                }
            }
            Err(raised) => return Outcome::Raised(raised),
        }
    }
}

/// Gives what was downloaded its name.
async fn whole(reply: Value<'static>, files: &Arc<Files>, cancel: &Notify) -> Outcome {
    let (settled, waiting) = (files.clone(), Waiting::begin());
    let wanted = waiting.wanted();
    let settled = tokio::select! {
        settled = blocking(move || settled.store().settle_all(&|| wanted.check())) => settled,
        () = cancel.notified() => return Outcome::Failed(Error::new(Code::Cancelled, "cancelled"), None),
    };
    match settled {
        Some(Err(error)) => Outcome::Failed(Reason::Sink(error.to_string()).to_error(), None),
        _ => Outcome::Done(reply, files.store().take()),
    }
}

fn send<'h>(hub: &'h Hub, files: &Arc<Files>, request: Request) -> Out<'h> {
    let (id, traffic) = (request.id, Arc::<Traffic>::default());
    let exchange = Exchange { request: Arc::new(request), files: files.clone(), traffic: traffic.clone() };
    Out { id, traffic, answer: Box::pin(async move { hub.network.send(&exchange).await }) }
}

/// What happens next to the request that is out; nothing ever, where none is.
async fn next(hub: &Hub, out: &mut Option<Out<'_>>) -> Result<Vec<Event>, PyErr> {
    let Some(Out { id, traffic, answer }) = out else { return std::future::pending().await };
    let id = *id;
    let answer = tokio::select! {
        answer = answer => answer,
        () = traffic.changed() => return Ok(traffic.take().events(id).collect()),
    };
    *out = None;
    match answer {
        Ok(response) => Ok(vec![Event::Response { id, response }]),
        // A test's clock does not run by itself: it is moved to when the call gives the request up.
        Err(Trouble::Reason(Reason::Timeout)) if !hub.clock.runs() => Ok(Vec::new()),
        Err(Trouble::Reason(reason)) => Ok(vec![Event::Failed { id, reason }]),
        Err(Trouble::Raised(error)) => Err(error),
    }
}
