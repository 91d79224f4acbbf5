//! Jobs and tasks on their way: remembered, begun, and watched.

use std::sync::Arc;
use std::time::SystemTime;

use serde_json::Value;

use super::answer::Refusal;
use super::deliver;
use super::plan::{Plan, WithContent};
use super::webhooks::may_be_called;
use crate::app::App;
use crate::error::ApiError;
use crate::jobs::{Beginning, Begun, Job, New, Shape, Task, TaskFailure};

/// Runs what was planned for a key. What was asked for besides is kept with it.
pub(super) async fn job(
    app: &Arc<App>,
    key: &str,
    plan: Plan,
    base: &str,
    asked: Value,
) -> Result<Arc<Job>, Refusal> {
    if let Some(url) = &plan.webhook_url {
        may_be_called(app, "webhook_url", url)?;
    }
    let job = app.jobs.new_job(key, Shape::Graph, asked);
    let (tag, tell) = (plan.tag.clone().map(Value::from), plan.webhook_url.clone());
    let begun = Begun { tag, base: base.to_owned(), tell, at: SystemTime::now() };
    let tasks = plan.build(&job);
    begin(app, &job, begun, &tasks)?;
    deliver::watch(app, &job);
    run(app, &job, tasks).await;
    Ok(job)
}

/// Runs one task for a key, which belongs to no job that is shown.
pub(super) async fn task(
    app: &Arc<App>,
    key: &str,
    (new, content): WithContent<New>,
    base: &str,
) -> Result<(Arc<Job>, Arc<Task>), Refusal> {
    let job = app.jobs.new_job(key, Shape::Single, Value::Null);
    let task = job.task(new);
    let begun = Begun { tag: None, base: base.to_owned(), tell: None, at: SystemTime::now() };
    let tasks = vec![(task.clone(), content)];
    begin(app, &job, begun, &tasks)?;
    run(app, &job, tasks).await;
    Ok((job, task))
}

/// Remembers a job, and says what its tasks are.
fn begin(
    app: &Arc<App>,
    job: &Arc<Job>,
    begun: Begun,
    tasks: &[WithContent<Arc<Task>>],
) -> Result<(), Refusal> {
    app.takes_work()?;
    let beginning = Beginning { begun, tasks: tasks.iter().map(|(task, _)| task.clone()).collect() };
    app.jobs.keep(job, Some(beginning))?;
    tracing::Span::current().record("job", job.short_id());
    Ok(())
}

/// Runs a job, and brings the content that came with its tasks.
async fn run(app: &Arc<App>, job: &Arc<Job>, tasks: Vec<WithContent<Arc<Task>>>) {
    app.jobs.run(job);
    for (task, content) in tasks {
        if let Some(content) = content
            && let Err(error) = bring(app, &task, &content).await
        {
            task.end(Err(TaskFailure::new("UPLOAD_FAILED", error)));
        }
    }
}

/// Takes content that stood in the request.
async fn bring(app: &App, task: &Task, content: &[u8]) -> Result<(), ApiError> {
    let mut file = app.jobs.inbox.open(None).await?;
    file.write(content).await?;
    // What is wrong with it, ends the task.
    let _ = task.receive(vec![file.finish().await?]);
    Ok(())
}
