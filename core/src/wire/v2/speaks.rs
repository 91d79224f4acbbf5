//! What version 2 says to every step of a conversion.
#![allow(clippy::unnecessary_wraps)] // All versions say it in the same form.

use std::time::Duration;

use super::{Mark, create, find, job, remove, upload};
use crate::api::Api;
use crate::backoff::Random;
use crate::error::{Code, Error};
use crate::fault::Fault;
use crate::http::{Method, Request, Response, Sink};
use crate::job::{InputFile, Job};
use crate::json::Value;
use crate::policy::{DownloadMode, UploadMethod};
use crate::text::{after_last, before};
use crate::wire::report::{Artifact, Found, Part, Remote, Report, Told, UploadTarget};
use crate::wire::step::Step;

pub(crate) use super::remedies::remedy;

pub(crate) const fn name() -> &'static str {
    "v2"
}

pub(crate) fn check(job: &Job, download: DownloadMode) -> Result<(), Error> {
    create::check(job, download)
}

/// Uploads are forms.
pub(crate) const fn most_by_put() -> usize {
    0
}

pub(crate) fn name_files(files: &mut [InputFile], filename: Option<&str>, from: &str) {
    upload::name_files(files, filename, from);
}

pub(crate) fn mark(random: &mut Random) -> Option<String> {
    Some(Mark::draw(random))
}

/// A creation that was cut off may still go through, and the task of an upload ends some seconds after it.
pub(crate) const fn settle() -> Duration {
    Duration::from_secs(10)
}

/// The documentation advises against repeating what failed.
pub(crate) const fn begins_anew() -> bool {
    false
}

pub(crate) const fn searches() -> bool {
    true
}

pub(crate) const fn signs() -> bool {
    true
}

/// Whether a deletion alone stops the tasks is not documented.
pub(crate) const fn stops_parts() -> bool {
    true
}

pub(crate) fn can_wait(api: &Api) -> bool {
    api.waits()
}

/// A job has its ID at the end of its URL. The ID alone will do.
pub(crate) fn remote(api: &Api, url: &str) -> Result<Remote, Error> {
    let url = api.resolve(url)?;
    let path = before(&url, b"?#");
    let id = Some(after_last(path, b"/")).filter(|id| !id.is_empty() && !path.ends_with("//"));
    let id = id.ok_or_else(|| Error::bad_request("the URL names no job: it has to end in its ID"))?;
    Ok(Remote { id: Some(id.to_owned()), url: Some(super::job_url(api, id)), mark: None })
}

pub(crate) fn create(
    api: &Api,
    job: &Job,
    remote: &Remote,
    download: DownloadMode,
) -> Result<Request, Error> {
    create::create(api, job, download, mark_of(remote))
}

pub(crate) fn find(api: &Api, job: &Job, page: u32) -> Result<Request, Error> {
    find::find(api, create::tag(api, &job.tag).as_deref(), page)
}

/// The creation is the start.
pub(crate) fn start(_: &Api, _: &Job, _: &Remote, _: bool) -> Result<Request, Error> {
    Err(super::lacks("start", "a job starts when it is created"))
}

pub(crate) fn upload(
    target: &UploadTarget,
    files: &[InputFile],
    _: UploadMethod,
    random: &mut Random,
) -> Request {
    upload::upload(target, files, random)
}

pub(crate) fn ask(api: &Api, remote: &Remote, wait: bool) -> Result<Request, Error> {
    job::ask(api, id(remote), wait)
}

pub(crate) fn download(api: &Api, artifact: &Artifact, part: Part<'_>) -> Result<Request, Error> {
    let Part { name, size, offset, version } = part;
    let url = api.resolve_file(artifact.url.as_deref().unwrap_or_default())?;
    let sink = Sink::File { name: name.to_owned(), size, offset };
    Ok(Request { sink, ..Request::new(Method::Get, url) }.resume(offset, version))
}

pub(crate) fn cancel(api: &Api, part: &str) -> Result<Request, Error> {
    remove::cancel(api, part)
}

pub(crate) fn delete(api: &Api, remote: &Remote) -> Result<Request, Error> {
    remove::delete(api, id(remote))
}

pub(crate) fn report(
    api: &Api,
    about: Step,
    response: &Response,
    remote: &Remote,
    _: DownloadMode,
) -> Result<Told, Error> {
    let read = if about == Step::Create { job::created } else { job::asked };
    read(api, response, mark_of(remote))
}

pub(crate) fn found(
    api: &Api,
    response: &Response,
    remote: &Remote,
    _: DownloadMode,
) -> Result<Found, Error> {
    find::found(api, response, mark_of(remote))
}

pub(crate) fn uploaded(api: &Api, response: &Response) -> Result<(), Error> {
    upload::uploaded(api, response)
}

pub(crate) fn cancelled(api: &Api, response: &Response) -> Result<(), Error> {
    remove::is_done(api, response)
}

pub(crate) fn deleted(api: &Api, response: &Response) -> Result<(), Error> {
    remove::is_done(api, response)
}

/// A storage refuses in XML, if it says anything, and knows no key.
pub(crate) fn refusal(api: &Api, response: &Response) -> Error {
    let error = super::failure(response, api.read(response).as_ref(), None);
    match (error.code, &error.service_message) {
        (Code::Unauthorized, None) => error.saying(LINK_REFUSED),
        (Code::NotFound, None) => error.saying(OUTPUT_GONE),
        _ => error,
    }
}

const LINK_REFUSED: &str = "the storage refuses the link, which may have expired: follow the job";
const OUTPUT_GONE: &str = "the output is gone: begin anew";

pub(crate) fn says_why(api: &Api, response: &Response) -> bool {
    api.read(response).is_some_and(|value| value.get("message").text().is_some())
}

pub(crate) fn fault(api: &Api, step: Step, response: &Response) -> Option<Fault> {
    match response.status {
        402 if api
            .read(response)
            .is_some_and(|value| value.get("code").text() == Some(super::TOO_MANY_JOBS)) =>
        {
            Some(Fault::Full)
        }
        // Without a word about when to come back, it may be that of a gateway behind which the job runs.
        503 if step == Step::Create && response.header("retry-after").is_none() => Some(Fault::Broken),
        // What was stopped may take a moment to end.
        409 | 422 if step == Step::Delete => Some(Fault::Lost),
        status => Fault::of_status(status),
    }
}

/// A storage may redirect after an upload, to a page of the API or of the user.
pub(crate) fn ends_by_redirect(step: Step) -> bool {
    step == Step::Upload
}

pub(crate) fn trusted(api: &Api, step: Step, base: &str, reference: &str) -> Result<String, Error> {
    match step {
        Step::Upload | Step::Download => api.resolve_file_from(base, reference),
        _ => api.resolve_from(base, reference),
    }
}

/// The first format of saved states knew version 1 alone.
pub(crate) const fn restored(_: &Value<'_>, _: DownloadMode) -> Option<Report> {
    None
}

fn id(remote: &Remote) -> &str {
    remote.id.as_deref().unwrap_or_default()
}

fn mark_of(remote: &Remote) -> Mark<'_> {
    Mark(remote.mark.as_deref().unwrap_or_default())
}
