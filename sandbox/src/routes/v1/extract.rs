//! What handlers ask for as their arguments: who asks, about what, and with which parameters.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;

use super::Process;
use crate::app::App;
use crate::error::ApiError;
use crate::incoming::Received;
use crate::jobs::{Job, Operation, Task};
use crate::keys::bearer;
use crate::params::Params;
use crate::routes::caller::{Caller, Query, path_param};
use crate::routes::{body, form};

/// The key of a request for a list: Bearer header, or `apikey` in the query. Counts against its rate limit.
pub(super) struct Key(pub(super) String);

impl FromRequestParts<Arc<App>> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Query(params) = Query::from_request_parts(parts, app).await?;
        let key = Caller::of(parts).await?.check(&app.keys, sent_key(parts, &params)).await?;
        let key = allowed(app, key, "task.read")?;
        app.throttle.admit(&key)?;
        Ok(Self(key))
    }
}

/// What a create asks for. The key is checked as soon as it is there: before the body where a header or the query has it.
pub(super) struct Wish<const MAX_FILES: usize> {
    pub(super) key: String,
    pub(super) params: Params,
    pub(super) files: Vec<Received>,
}

impl<const MAX_FILES: usize> FromRequest<Arc<App>> for Wish<MAX_FILES> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::of(&mut parts).await?;
        let Query(mut params) = Query::from_request_parts(&mut parts, app).await?;
        let early = match sent_key(&parts, &params) {
            Some(key) => Some(allowed(app, caller.check(&app.keys, Some(key)).await?, "task.write")?),
            None => None,
        };
        let read = if body::is(&parts, "multipart/form-data") {
            // Who is not allowed to, is told so before a file is read.
            let check = |params: &Params, coming: &form::Coming| {
                if early.is_none() {
                    allowed(app, app.keys.check(params.text("apikey"))?, "task.write")?;
                }
                form::at_most(MAX_FILES, coming.before)
            };
            let most = if early.is_some() { form::MAX_TEXT } else { body::SHORT };
            let terms = form::Terms { most, of_mail: true, check };
            form::read(&parts, body, &app.jobs.inbox, &mut params, terms).await
        } else {
            body::read(app, &parts, body, &mut params, early.is_some()).await.map(|()| Vec::new())
        };
        let files = match read {
            Err(error) if error.status == 401 => return Err(caller.wrong(&app.keys, error).await),
            read => read?,
        };
        let key = match early {
            Some(key) => key,
            None => allowed(app, caller.check(&app.keys, params.text("apikey")).await?, "task.write")?,
        };
        app.throttle.admit(&key)?;
        Ok(Self { key, params, files })
    }
}

/// The key, if it is allowed to do what one of version 2's scopes says. A URL of a process needs none.
fn allowed(app: &App, key: String, scope: &str) -> Result<String, ApiError> {
    if app.config.allows(&key, scope) {
        return Ok(key);
    }
    Err(ApiError::new(403, format!("This API key may not do that: it lacks the scope {scope}")))
}

fn sent_key(parts: &Parts, params: &Params) -> Option<String> {
    bearer(&parts.headers).map(str::to_owned).or_else(|| params.text("apikey"))
}

/// Counts a request that is about a process against the rate limit of the key that created it.
fn admit(app: &App, process: Option<Process>, what: &str) -> Result<Process, ApiError> {
    let process = process.ok_or_else(|| ApiError::not_found(what))?;
    app.throttle.admit(&process.0.key)?;
    tracing::Span::current().record("job", process.0.short_id());
    Ok(process)
}

/// The process of its URL.
pub(super) struct ById(pub(super) Process);

impl FromRequestParts<Arc<App>> for ById {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let id = path_param(parts, "id").await?;
        Ok(Self(admit(app, Process::by_id(&app.jobs, &id), "Process")?))
    }
}

/// The task whose ID is the token of a URL, which may have a tilde before it.
pub(super) fn by_token(app: &App, token: &str) -> Option<(Arc<Job>, Arc<Task>)> {
    app.jobs.task(token.trim_start_matches('~')).filter(|(job, _)| Process::is(job))
}

/// The process of a download URL.
pub(super) struct ByDownload(pub(super) Process);

impl FromRequestParts<Arc<App>> for ByDownload {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let found = by_token(app, &path_param(parts, "token").await?);
        let found = found.filter(|(_, task)| matches!(task.operation, Operation::Export(_)));
        Ok(Self(admit(app, found.map(|(job, _)| Process(job)), "Output")?))
    }
}

/// The process of an upload URL, its task that takes files in, and what stands behind its token: the encoded name of
/// the file.
pub(super) struct ByUpload {
    pub(super) process: Process,
    pub(super) task: Arc<Task>,
    pub(super) name: String,
}

impl FromRequestParts<Arc<App>> for ByUpload {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let path = parts.uri.path().trim_start_matches("/upload/");
        let (token, name) = path.split_once('/').unwrap_or((path, ""));
        let found =
            by_token(app, token).filter(|(job, task)| job.tasks().first().is_some_and(|t| t.id == task.id));
        let (job, task) = found.ok_or_else(|| ApiError::not_found("Upload URL"))?;
        Ok(Self { process: admit(app, Some(Process(job)), "Upload URL")?, task, name: name.to_owned() })
    }
}
