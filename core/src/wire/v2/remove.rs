//! The end of a job: tasks that are still live are cancelled, then the job is deleted with its files.
//!
//! API documentation: <https://cloudconvert.com/api/v2/tasks#tasks-cancel>, <https://cloudconvert.com/api/v2/jobs#jobs-delete>.

use super::{Scope, failure};
use crate::api::Api;
use crate::error::Error;
use crate::http::{Method, Request, Response};
use crate::names::encode;
use crate::wire::answers::deletion;

/// Cancels a task. One that has ended meanwhile is answered with 422.
///
/// # Errors
/// `unauthorized` without a key.
pub(crate) fn cancel(api: &Api, task: &str) -> Result<Request, Error> {
    api.keyed(Method::Post, &["/tasks/", &encode(task), "/cancel"])
}

/// Deletes a job.
///
/// # Errors
/// `unauthorized` without a key.
pub(crate) fn delete(api: &Api, job: &str) -> Result<Request, Error> {
    api.keyed(Method::Delete, &["/jobs/", &encode(job)])
}

/// Reads the answer to a cancellation or a deletion: a success, and 404 for what is gone already.
///
/// # Errors
/// What the service says.
pub(crate) fn is_done(api: &Api, response: &Response) -> Result<(), Error> {
    deletion(response, || failure(response, api.read(response).as_ref(), Some(Scope::TaskWrite)))
}
