//! Jobs and tasks on their way: remembered, begun, and watched.

use std::sync::Arc;
use std::time::SystemTime;

use serde_json::Value;

use super::answer::Refusal;
use super::deliver;
use super::plan::{Plan, WithContent};
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
    let job = app.jobs.new_job(key, Shape::Graph, asked);
    let (tag, tell) = (plan.tag.clone().map(Value::from), plan.webhook_url.clone());
    let begun = Begun { tag, base: base.to_owned(), tell, at: SystemTime::now() };
    run(app, &job, begun, plan.build(&job)).await?;
    deliver::watch(app, &job);
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
    run(app, &job, begun, vec![(task.clone(), content)]).await?;
    Ok((job, task))
}

async fn run(
    app: &Arc<App>,
    job: &Arc<Job>,
    begun: Begun,
    tasks: Vec<WithContent<Arc<Task>>>,
) -> Result<(), Refusal> {
    app.takes_work()?;
    let beginning = Beginning { begun, tasks: tasks.iter().map(|(task, _)| task.clone()).collect() };
    app.jobs.keep(job, Some(beginning))?;
    tracing::Span::current().record("job", job.short_id());
    app.jobs.run(job);
    for (task, content) in tasks {
        if let Some(content) = content
            && let Err(error) = bring(app, &task, &content).await
        {
            task.end(Err(TaskFailure::new("UPLOAD_FAILED", error)));
        }
    }
    Ok(())
}

/// Takes content that stood in the request.
async fn bring(app: &App, task: &Task, content: &[u8]) -> Result<(), ApiError> {
    let mut file = app.jobs.inbox.open(None).await?;
    file.write(content).await?;
    // What is wrong with it, ends the task.
    let _ = task.receive(vec![file.finish().await?]);
    Ok(())
}
