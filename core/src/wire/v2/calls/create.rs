//! `POST /jobs`: a whole conversion in one call, which starts, and costs, at once. It is never sent twice.
//!
//! API documentation: <https://cloudconvert.com/api/v2/jobs#jobs-create>.

use super::super::{Mark, Scope, create, failure, job_url, lacks};
use super::any::AnyCall;
use super::jobs;
use super::read::entry;
use crate::api::Api;
use crate::error::Error;
use crate::http::Response;
use crate::job::{Input, Job};
use crate::json::Value;
use crate::policy::DownloadMode;

pub(super) fn convert(api: &Api, wish: &Value<'_>) -> Result<AnyCall, Error> {
    let job = Job::from_value(wish.get("job"))?;
    // This job is not looked for again, so its tasks have plain names.
    create::check(&job, DownloadMode::Whole)?;
    if job.filename.is_some() && matches!(job.input, Input::Upload { .. }) {
        return Err(Error::bad_request("an upload has the `filename` that its form says: leave it out here"));
    }
    let mut body = create::body(api, &job, DownloadMode::Whole, Mark::NONE)?;
    let path = "/jobs".to_owned();
    match wish.get("answered").text() {
        None => Ok(AnyCall::post(path, Some(body), created)),
        Some("ended") => AnyCall::post(path, Some(body), jobs::tell).waiting(api),
        Some("output") => {
            body.set("redirect", true);
            AnyCall::post(path, Some(body), output).waiting(api)
        }
        Some("inline") => Err(lacks("`inline` answers", "write a task `export/url` with `inline`")),
        Some(_) => Err(Error::bad_request("`answered` has to be ended or output")),
    }
}

fn created(api: &Api, response: &Response, _: &Value<'_>) -> Result<Value<'static>, Error> {
    let job = entry(api, response, Scope::TaskWrite, "a job")?;
    let id = job
        .get("id")
        .label()
        .ok_or_else(|| Error::invalid("the service created a job without an ID: check the base URL"))?;
    let mut told = Value::object();
    told.set("url", job_url(api, &id));
    told.set("id", id);
    Ok(told)
}

/// The answer is a redirect to the output.
fn output(api: &Api, response: &Response, _: &Value<'_>) -> Result<Value<'static>, Error> {
    match (response.status, response.header("location")) {
        (301..=303 | 307 | 308, Some(location)) => {
            let mut told = Value::object();
            told.set("url", api.resolve_file(location)?);
            Ok(told)
        }
        (200..=399, _) => Err(Error::invalid(
            "the service did not say where the output is: check that the job has an `export/url`",
        )),
        _ => Err(failure(response, api.read(response).as_ref(), Some(Scope::TaskWrite))),
    }
}
