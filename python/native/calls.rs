//! Single calls of the API: the loop between a call and the world. It decides nothing.

use std::pin::Pin;
use std::sync::Arc;

use cloudconvert_core::{Action, AnyCall, CallMachine, Event, Reason, Request};
use pyo3::PyErr;
use tokio::sync::Notify;

use crate::exchange::{Exchange, Files};
use crate::hub::Hub;
use crate::settling;
use crate::task::Outcome;
use crate::traffic::Traffic;
use crate::transport::Answer;
use crate::trouble::Trouble;

/// A request that is out, or an output that gets its name. Dropped, it is aborted.
struct Out<'h> {
    id: u64,
    traffic: Arc<Traffic>,
    end: Pin<Box<dyn Future<Output = Result<Vec<Event>, Trouble>> + Send + 'h>>,
}

/// Drives a call to its end. What it downloads goes into the files.
pub(crate) async fn drive(
    mut call: CallMachine<AnyCall>,
    hub: &Hub,
    files: &Arc<Files>,
    cancel: &Notify,
) -> Outcome {
    let (mut out, mut answer, mut cause) = (None, None, None);
    let mut now = hub.clock.now().await;
    loop {
        let until = match call.poll(now) {
            Action::Done(Ok(reply)) => return Outcome::Done(reply, files.store().take()),
            Action::Done(Err(error)) => {
                let cause = cause.filter(|_| error.has_cause());
                return Outcome::Failed(error, answer, cause);
            }
            Action::Send(request) => {
                out = Some(send(hub, files, request));
                continue;
            }
            Action::Settle { id } => {
                out = Some(settle(files, id));
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
            happened = next(&mut out) => happened,
            () = hub.clock.sleep(until), if beside => Ok((Vec::new(), None)),
            () = cancel.notified() => {
                call.cancel();
                Ok((Vec::new(), None))
            }
        };
        now = hub.clock.now().await;
        match happened {
            Ok((events, mut failure)) => {
                for event in events {
                    match &event {
                        Event::Response { response, .. } => {
                            (answer, cause) = (Some(Answer::of(response)), None);
                        }
                        Event::Failed { .. } => cause = failure.take(),
                        _ => {}
                    }
                    call.handle(now, event);
                }
            }
            Err(raised) => return Outcome::Raised(raised),
        }
    }
}

fn send<'h>(hub: &'h Hub, files: &Arc<Files>, request: Request) -> Out<'h> {
    let (id, traffic) = (request.id, Arc::<Traffic>::default());
    let exchange = Exchange { request: Arc::new(request), files: files.clone(), traffic: traffic.clone() };
    let end = async move {
        match hub.network.send(&exchange).await {
            Ok(response) => Ok(vec![Event::Response { id, response }]),
            // A test's clock does not run by itself: it is moved to when the call gives the request up.
            Err(Trouble::Reason(Reason::Timeout)) if !hub.clock.runs() => Ok(Vec::new()),
            Err(Trouble::Reason(reason)) => Ok(vec![Event::Failed { id, reason }]),
            Err(raised) => Err(raised),
        }
    };
    Out { id, traffic, end: Box::pin(end) }
}

/// Gives what was downloaded its name.
fn settle<'h>(files: &Arc<Files>, id: u64) -> Out<'h> {
    let (files, traffic) = (files.clone(), Arc::<Traffic>::default());
    let told = traffic.clone();
    let end = async move { Ok(settling::name(&files, |_, _| false).await.events(id, &told)) };
    Out { id, traffic, end: Box::pin(end) }
}

/// What happens next to what is out, and what it failed with; nothing ever, where nothing is out.
async fn next(out: &mut Option<Out<'_>>) -> Result<(Vec<Event>, Option<PyErr>), PyErr> {
    let Some(Out { id, traffic, end }) = out else { return std::future::pending().await };
    let id = *id;
    let end = tokio::select! {
        end = end => end,
        () = traffic.changed() => return Ok((traffic.take().events(id).collect(), None)),
    };
    let failure = traffic.take_cause();
    *out = None;
    match end {
        Ok(events) => Ok((events, failure)),
        Err(Trouble::Raised(error)) => Err(error),
        Err(Trouble::Reason(reason)) => Ok((vec![Event::Failed { id, reason }], failure)),
    }
}
