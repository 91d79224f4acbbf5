//! The life of a job's tasks: each waits for its inputs, works, and ends.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::info;

use super::state::Ended;
use super::{Job, Jobs, Operation, Shape, Status, Task, TaskFailure};
use super::{export, import, work};
use crate::error::ApiError;
use crate::file::StoredFile;

/// How many files a task takes of others, as many as an archive may have: tasks that take all of each other's would double
/// them with every task.
const MAX_FILES: usize = 10_000;

impl Jobs {
    /// Runs all tasks of a job, each as soon as its inputs are there.
    pub(crate) fn run(self: &Arc<Self>, job: &Arc<Job>) {
        for task in job.tasks() {
            let (jobs, job, task) = (self.clone(), job.clone(), task.clone());
            tokio::spawn(async move {
                tokio::select! {
                    biased;
                    () = task.stop.cancelled() => {}
                    result = perform(&jobs, &job, &task) => finish(&job, &task, result),
                }
            });
        }
        let job = job.clone();
        tokio::spawn(async move { job.tell_end().await });
    }
}

async fn perform(jobs: &Arc<Jobs>, job: &Arc<Job>, task: &Arc<Task>) -> Result<Ended, TaskFailure> {
    let inputs = inputs(task).await?;
    let begun = Instant::now();
    let result = match &task.operation {
        // What comes ends the task.
        Operation::Receive { .. } => std::future::pending().await,
        Operation::Fetch { urls, headers, naming } => {
            task.begin(None);
            import::fetch(jobs, task, urls, headers, naming).await
        }
        Operation::Work(asked) => work::run(jobs, job, task, asked, inputs).await,
        Operation::Export(asked) => {
            task.begin(None);
            export::run(task, asked, inputs).await
        }
    };
    log(job, task, &result, begun.elapsed());
    result
}

/// Ends a task. A failure leaves no files of its own, and of a process none at all, before anybody is told of it.
fn finish(job: &Job, task: &Task, result: Result<Ended, TaskFailure>) {
    if result.is_err() {
        task.delete_files();
        if job.shape == Shape::Process {
            job.delete_files();
        }
    }
    task.end(result);
}

/// A line for each conversion: what was done, and what came of it. Neither names nor contents of files are in it.
fn log(job: &Job, task: &Task, result: &Result<Ended, TaskFailure>, took: Duration) {
    let Operation::Work(work) = &task.operation else { return };
    let inputs = task.inputs.iter().flat_map(|input| input.read(|state| state.result.files.clone()));
    let sizes: Vec<u64> = inputs.map(|file| file.size).collect();
    let engine = task.read(|state| state.engine.clone());
    let made = result.as_ref().map_or(&[][..], |ended| &ended.files);
    info!(
        job = job.short_id(),
        from = work.input_format.as_deref().unwrap_or_default(),
        to = work.output_format,
        operation = task.asked(),
        engine = engine.as_deref().unwrap_or_default(),
        inputs = sizes.len(),
        bytes = sizes.iter().sum::<u64>(),
        made = made.iter().map(|file| file.size).sum::<u64>(),
        status = result.as_ref().err().map_or(200, |failure| failure.error.status),
        ms = took.as_millis(),
        "converted"
    );
}

/// The files of the tasks that this one takes its input from, once they have ended. A failure that was to be ignored
/// takes only its own files away.
async fn inputs(task: &Task) -> Result<Vec<StoredFile>, TaskFailure> {
    let mut files = Vec::new();
    for input in &task.inputs {
        input.wait().await;
        let state = input.state();
        if state.status == Status::Error && !input.ignore_error {
            return Err(TaskFailure::of_input("Input task has failed"));
        }
        if files.len() + state.result.files.len() > MAX_FILES {
            let error = ApiError::new(422, format!("A task takes at most {MAX_FILES} files"));
            return Err(TaskFailure::new("INVALID_DATA", error));
        }
        files.extend(state.result.files);
    }
    if files.is_empty() && task.operation.takes_input() && !task.inputs.is_empty() {
        return Err(TaskFailure::of_input("The input tasks gave no files"));
    }
    Ok(files)
}
