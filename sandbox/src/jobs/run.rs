//! The life of a task: it waits for its inputs, works, and ends.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tracing::info;

use super::operation::Operation;
use super::{Ended, Job, Status, Task, TaskFailure, TaskFile, export, import, webhook, work};
use crate::app::App;

/// Runs all tasks of a job, each as soon as its inputs are there, and tells of the end.
pub(crate) fn spawn_job(app: &Arc<App>, job: &Arc<Job>) {
    for task in &job.tasks {
        spawn_task(app, task);
    }
    let (app, job) = (app.clone(), job.clone());
    tokio::spawn(async move {
        webhook::tell(&app, &job, "job.created").await;
        job.wait().await;
        let event = if job.status() == Status::Finished { "job.finished" } else { "job.failed" };
        webhook::tell(&app, &job, event).await;
    });
}

/// Runs a task until it ends or is stopped.
pub(crate) fn spawn_task(app: &Arc<App>, task: &Arc<Task>) {
    let (app, task) = (app.clone(), task.clone());
    tokio::spawn(async move {
        let begun = Instant::now();
        tokio::select! {
            biased;
            () = task.stop.cancelled() => {}
            result = perform(&app, &task) => {
                task.end(result);
                log(&task, begun.elapsed());
            }
        }
    });
}

/// A line for each task that ran: what was done, and what came of it. Neither names nor contents of files are in it.
fn log(task: &Task, took: Duration) {
    let state = task.state.borrow();
    let operation = task.payload.get("operation").and_then(Value::as_str).unwrap_or_default();
    info!(
        task = &task.id[..8],
        operation,
        engine = state.engine.unwrap_or_default(),
        files = state.result.files.len(),
        bytes = state.result.files.iter().map(|file| file.size).sum::<u64>(),
        status = state.status.as_str(),
        code = state.code.unwrap_or_default(),
        ms = took.as_millis(),
        "worked"
    );
}

async fn perform(app: &Arc<App>, task: &Arc<Task>) -> Result<Ended, TaskFailure> {
    let inputs = inputs(task).await?;
    match &task.operation {
        // The upload itself ends the task.
        Operation::Upload => std::future::pending().await,
        Operation::Url { url, filename } => {
            task.begin(None);
            import::url(app, task, url, filename.as_deref()).await
        }
        Operation::Content { bytes, filename } => {
            task.begin(None);
            import::content(app, task, bytes, filename).await
        }
        Operation::Work(asked) => work::run(app, task, asked, inputs).await,
        Operation::Export { archive, .. } => {
            task.begin(None);
            export::run(task, *archive, inputs).await
        }
    }
}

/// The files of the tasks that this one takes its input from, once they have ended. A failure that was to be ignored
/// takes only its own files away.
async fn inputs(task: &Task) -> Result<Vec<TaskFile>, TaskFailure> {
    let mut files = Vec::new();
    for input in &task.inputs {
        input.wait().await;
        let state = input.state.borrow();
        if state.status == Status::Error && !input.ignore_error {
            return Err(TaskFailure::new("INPUT_TASK_FAILED", "Input task has failed"));
        }
        files.extend(state.result.files.iter().cloned());
    }
    if files.is_empty() && task.operation.takes_input() {
        return Err(TaskFailure::new("INPUT_TASK_FAILED", "The input tasks gave no files"));
    }
    Ok(files)
}
