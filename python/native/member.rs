//! What is done for one member of the batch: around its requests, and at its end.

use std::io;
use std::sync::Arc;

use cloudconvert_core::{Error, Output, Progress, Reason, Response, Stage, Timestamp};
use pyo3::prelude::*;

use crate::exchange::Exchange;
use crate::hub::{Hub, Member};
use crate::interpreter::attach;
use crate::network::Trouble;
use crate::runtime::blocking;
use crate::spool::Waiting;
use crate::task::Outcome;

const DEBUG: u8 = 10;
const WARNING: u8 = 30;

/// Tells those who watch how far the conversion is, if there is something to show.
pub(crate) fn show(hub: &Hub, id: u64, member: &Member, now: Timestamp) {
    let news = hub.lock().batch.news(now, id);
    if let Some(progress) = news {
        member.task.show(progress);
    }
}

/// Sends a request, after what has to be done before: what can be read only once is read, outputs that are whole get their
/// names, and the saved state is handed out.
pub(crate) async fn perform(
    hub: &Arc<Hub>,
    id: u64,
    member: &Arc<Member>,
    exchange: &Exchange,
) -> Result<Response, Trouble> {
    let ready = async {
        gather(member).await?;
        settle(hub, id, member).await?;
        checkpoint(hub, id, member).await
    };
    exchange.traffic.held(ready).await?;
    log(member, DEBUG, |_| {
        format!("{} to {}", exchange.request.method.as_str(), host_of(&exchange.request.url))
    });
    hub.network.send(exchange).await
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

/// Gives outputs that are whole their names. If that fails, the process is not deleted: it has the output still.
async fn settle(hub: &Hub, id: u64, member: &Arc<Member>) -> Result<(), Trouble> {
    if !member.files.store().is_unsettled() {
        return Ok(());
    }
    let names: Vec<String> = match hub.lock().batch.get(id) {
        Some(conversion) => conversion.verified().map(str::to_owned).collect(),
        None => return Ok(()),
    };
    settle_names(member, names).await
}

async fn settle_names(member: &Arc<Member>, outputs: Vec<String>) -> Result<(), Trouble> {
    announce(member, &outputs).await?;
    let member = member.clone();
    let waiting = Waiting::begin();
    let wanted = waiting.wanted();
    write(move || {
        let is_output = |output: &str, mark: &str| member.due().is_output(output, mark);
        for (output, name) in member.files.store().settle(&outputs, is_output, &|| wanted.check())? {
            member.due().named(&output, &name);
        }
        Ok(())
    })
    .await
}

/// Tells before outputs get their names by what they are known again: a process that goes on after a crash finds them
/// there, and does not put their equals beside them.
async fn announce(member: &Member, names: &[String]) -> Result<(), Trouble> {
    if member.checkpoint.is_none() {
        return Ok(());
    }
    let (files, names) = (member.files.clone(), names.to_vec());
    let marks = write(move || files.store().marks(&names)).await?;
    let saved = member.due().naming(marks);
    report(member, saved.map(|saved| saved.to_json(&member.api))).await
}

/// Does something with files, which may wait for a disk.
async fn write<T: Send + Default + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Trouble> {
    let done = blocking(work).await.unwrap_or_else(|| Ok(T::default()));
    Ok(done.map_err(|error| Reason::Sink(error.to_string()))?)
}

/// Calls Python, unless that is about to end.
async fn call(work: impl FnOnce(Python<'_>) -> PyResult<()> + Send + 'static) -> Result<(), Trouble> {
    let called = blocking(move || attach(work)).await;
    Ok(called.flatten().unwrap_or(Ok(()))?)
}

/// Hands the saved state out before what another process would have to know of.
async fn checkpoint(hub: &Hub, id: u64, member: &Member) -> Result<(), Trouble> {
    // What raised once is not asked again: the conversion is being given up, which has to go on.
    if member.checkpoint.is_none() || member.task.has_raised() {
        return Ok(());
    }
    report(member, hub.due(id)).await
}

/// Tells the user's function of a state, if there is one.
async fn report(member: &Member, saved: Option<String>) -> Result<(), Trouble> {
    let (Some(checkpoint), Some(saved)) = (member.checkpoint.clone(), saved) else { return Ok(()) };
    call(move |py| checkpoint.call1(py, (saved,)).map(drop)).await
}

/// Hands out what came of a conversion.
pub(crate) async fn finish(member: &Arc<Member>, result: Result<Output, Error>, progress: Progress) {
    let task = &member.task;
    let outcome = match result {
        Ok(output) => {
            let names = output.files.iter().map(|file| file.name.clone()).collect();
            match settle_names(member, names).await {
                Ok(()) => Outcome::Done(output.to_value(), member.files.store().take()),
                Err(Trouble::Reason(reason)) => Outcome::Failed(reason.to_error(), None),
                Err(Trouble::Raised(error)) => Outcome::Raised(error),
            }
        }
        Err(error) => {
            let answer = task.last_answer().filter(|_| error.status.is_some());
            Outcome::Failed(error, answer)
        }
    };
    // The last event may have shown it.
    if task.progress().as_ref() != Some(&progress) {
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
