//! What is done for one member of the batch: around its requests, and at its end.

use std::sync::Arc;

use cloudconvert_core::{Error, Output, Progress, Reason, Response, Stage, Timestamp};

use crate::exchange::Exchange;
use crate::hub::{Hub, Member};
use crate::interpreter::attach;
use crate::runtime::blocking;
use crate::settling::{self, Settled};
use crate::task::Outcome;
use crate::trouble::Trouble;
use crate::wanted::Waiting;

const DEBUG: u8 = 10;
const WARNING: u8 = 30;

/// Tells the threads that wait how far the conversion is, if there is something to show.
pub(crate) fn show(hub: &Hub, id: u64, member: &Member, now: Timestamp) {
    let news = hub.lock().batch.news(now, id);
    if let Some(progress) = news {
        member.task.show(progress);
    }
}

/// Sends a request, after what has to be done before: what can be read only once is read, and the saved state is handed out.
pub(crate) async fn perform(hub: &Hub, member: &Member, exchange: &Exchange) -> Result<Response, Trouble> {
    let ready = async {
        gather(member).await?;
        keep(member, exchange.request.checkpoint.clone()).await
    };
    exchange.traffic.held(ready).await?;
    log(member, DEBUG, |_| {
        format!("{} to {}", exchange.request.method.as_str(), host_of(&exchange.request.url))
    });
    hub.network.send(exchange).await
}

/// Gives the outputs their names. A process that goes on after a crash knows them again by what is told before.
pub(crate) async fn settle(hub: &Arc<Hub>, id: u64, member: &Member) -> Result<Settled, Trouble> {
    let marks = match settling::flush(&member.files).await {
        Ok(marks) => marks,
        Err(failure) => return Ok(Settled::failed(failure)),
    };
    keep(member, hub.naming(id, marks)).await?;
    let hub = hub.clone();
    Ok(settling::name(&member.files, move |output, mark| hub.is_output(id, output, mark)).await)
}

/// Reads to their ends the inputs that can be read only once, before anything is asked of the service.
async fn gather(member: &Member) -> Result<(), Trouble> {
    if !member.files.is_unread() || member.task.stage() == Some(Stage::Delete) {
        return Ok(());
    }
    let waiting = Waiting::begin();
    let (files, wanted) = (member.files.clone(), waiting.wanted());
    let read = blocking(move || files.spool(&wanted)).await;
    Ok(read.unwrap_or(Ok(())).map_err(|error| Reason::Input(error.to_string()))?)
}

/// Hands out a state that is to be kept, if there is one.
async fn keep(member: &Member, saved: Option<String>) -> Result<(), Trouble> {
    // What raised once is not asked again: the conversion is being given up, which has to go on.
    let asked = member.checkpoint.clone().filter(|_| !member.task.has_raised());
    let (Some(checkpoint), Some(saved)) = (asked, saved) else { return Ok(()) };
    let called = blocking(move || attach(move |py| checkpoint.call1(py, (saved,)).map(drop))).await;
    // Python is about to end where it cannot be called.
    Ok(called.flatten().unwrap_or(Ok(()))?)
}

/// Hands out what came of a conversion.
pub(crate) fn finish(member: &Member, result: Result<Output, Error>, progress: Option<Progress>) {
    let task = &member.task;
    let outcome = match result {
        Ok(output) => Outcome::Done(output.to_value(), member.files.store().take()),
        Err(error) => {
            let answer = task.last_answer().filter(|_| error.status.is_some());
            let cause = task.take_cause().filter(|_| error.has_cause());
            Outcome::Failed(error, answer, cause)
        }
    };
    if let Some(progress) = progress {
        task.show(progress);
    }
    task.finish(outcome);
}

pub(crate) fn log_answer(member: &Member, response: &Response) {
    let level = if response.status == 429 || response.status >= 500 { WARNING } else { DEBUG };
    log(member, level, |_| format!("answered with {}", response.status));
}

pub(crate) fn log_failure(member: &Member, reason: &Reason) {
    log(member, WARNING, |progress| {
        format!("{} (failure {} in a row)", reason.to_error().message, progress.attempt + 1)
    });
}

fn log(member: &Member, level: u8, line: impl FnOnce(&Progress) -> String) {
    if level < member.log {
        return;
    }
    if let Some(progress) = member.task.progress() {
        let process = progress.process_id.as_deref().unwrap_or("-");
        member.task.log(level, format!("{process} {}: {}", progress.stage.as_str(), line(&progress)));
    }
}

/// The rest of a URL is for those only who may use the process.
fn host_of(url: &str) -> &str {
    url.split('/').nth(2).unwrap_or_default()
}
