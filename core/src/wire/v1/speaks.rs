//! What version 1 says to every step of a conversion.
#![allow(clippy::unnecessary_wraps)] // All versions say it in the same form.

use std::time::Duration;

use super::{
    Create, Delete, Download, OutputFiles, Process, Start, Status, StatusReply, Upload, refusal as why,
};
use crate::api::Api;
use crate::backoff::Random;
use crate::error::{Code, Error};
use crate::fault::Fault;
use crate::http::{Fields, Request, Response};
use crate::job::{InputFile, Job};
use crate::json::Value;
use crate::policy::{DownloadMode, UploadMethod};
use crate::wire::call::Call;
use crate::wire::report::{
    Artifact, Failure, Found, Outcome, Part, Remote, Report, State, Told, UploadTarget,
};
use crate::wire::step::Step;

pub(crate) use super::remedies::remedy;
pub(crate) use super::says_why;

pub(crate) const fn name() -> &'static str {
    "v1"
}

#[cfg_attr(not(feature = "v2"), allow(unused_variables))]
pub(crate) fn check(job: &Job, _: DownloadMode) -> Result<(), Error> {
    #[cfg(feature = "v2")]
    super::lacks::check(job)?;
    Ok(())
}

pub(crate) const fn most_by_put() -> usize {
    1
}

/// The name is a parameter of its own, and so is the format.
pub(crate) const fn name_files(_: &mut [InputFile], _: Option<&str>, _: &str) {}

/// An unused process costs nothing.
pub(crate) const fn mark(_: &mut Random) -> Option<String> {
    None
}

/// A conversion that says 503 may find the capacity elsewhere.
pub(crate) const fn begins_anew() -> bool {
    true
}

pub(crate) const fn searches() -> bool {
    false
}

/// What a process has been told, it shows at once.
pub(crate) const fn settle() -> Duration {
    Duration::ZERO
}

pub(crate) const fn signs() -> bool {
    false
}

pub(crate) const fn stops_parts() -> bool {
    false
}

pub(crate) const fn can_wait(_: &Api) -> bool {
    true
}

pub(crate) fn remote(api: &Api, url: &str) -> Result<Remote, Error> {
    Ok(Remote { url: Some(super::named(api, url)?), ..Remote::default() })
}

pub(crate) fn create(api: &Api, job: &Job, _: &Remote, _: DownloadMode) -> Result<Request, Error> {
    Create { job }.request(api)
}

pub(crate) fn find(_: &Api, _: &Job, _: u32) -> Result<Request, Error> {
    Err(nothing_such())
}

pub(crate) fn start(api: &Api, job: &Job, remote: &Remote, save: bool) -> Result<Request, Error> {
    Start { url: url(remote), job, save, answer: super::Answer::Started }.request(api)
}

pub(crate) fn upload(
    target: &UploadTarget,
    files: &[InputFile],
    method: UploadMethod,
    random: &mut Random,
) -> Request {
    Upload { url: &target.url, files, method, seed: random.next() }.build()
}

pub(crate) fn ask(api: &Api, remote: &Remote, wait: bool) -> Result<Request, Error> {
    Status { url: url(remote), wait }.request(api)
}

pub(crate) fn download(api: &Api, artifact: &Artifact, part: Part<'_>) -> Result<Request, Error> {
    let url = api.resolve(artifact.url.as_deref().unwrap_or_default())?;
    let Part { name, size, offset, version } = part;
    Download { url: &url, file: artifact.file.as_deref(), name, size, offset, version, inline: false }
        .request(api)
}

pub(crate) fn cancel(_: &Api, _: &str) -> Result<Request, Error> {
    Err(nothing_such())
}

pub(crate) fn delete(api: &Api, remote: &Remote) -> Result<Request, Error> {
    Delete { url: url(remote) }.request(api)
}

pub(crate) fn report(
    api: &Api,
    about: Step,
    response: &Response,
    _: &Remote,
    download: DownloadMode,
) -> Result<Told, Error> {
    if about == Step::Create {
        let Process { id, url } = Process::read(api, response)?;
        let id = Some(id).filter(|id| !id.is_empty());
        let report = Report { state: State::Created, ..Report::default() };
        return Ok(Told { remote: Remote { id, url: Some(url), mark: None }, report });
    }
    let mut status = StatusReply::read(api, response)?;
    let remote = Remote { id: status.id.take(), ..Remote::default() };
    Ok(Told { remote, report: translated(status, about, download) })
}

pub(crate) fn found(_: &Api, _: &Response, _: &Remote, _: DownloadMode) -> Result<Found, Error> {
    Err(nothing_such())
}

pub(crate) fn uploaded(api: &Api, response: &Response) -> Result<(), Error> {
    Upload::taken(api, response)
}

pub(crate) fn cancelled(_: &Api, _: &Response) -> Result<(), Error> {
    Err(nothing_such())
}

pub(crate) fn deleted(api: &Api, response: &Response) -> Result<(), Error> {
    Delete { url: "" }.reply(api, response)
}

pub(crate) fn refusal(api: &Api, response: &Response) -> Error {
    why(api, response)
}

pub(crate) const fn fault(_: &Api, _: Step, response: &Response) -> Option<Fault> {
    Fault::of_status(response.status)
}

pub(crate) const fn ends_by_redirect(_: Step) -> bool {
    false
}

pub(crate) fn trusted(api: &Api, _: Step, base: &str, reference: &str) -> Result<String, Error> {
    api.resolve_from(base, reference)
}

/// States of the first format hold a status as this version of the API writes it.
pub(crate) fn restored(saved: &Value<'_>, download: DownloadMode) -> Option<Report> {
    Some(translated(StatusReply::from_saved(saved)?, Step::Follow, download))
}

fn url(remote: &Remote) -> &str {
    remote.url.as_deref().unwrap_or_default()
}

/// The machine asks only for what the table of remedies and the reports lead to.
fn nothing_such() -> Error {
    Error::bad_request("version 1 of the API has no such call: use version 2")
}

fn translated(mut status: StatusReply, about: Step, download: DownloadMode) -> Report {
    let state = match status.step.as_deref() {
        Some("error") => State::Failed(failure(&status)),
        Some("finished") => {
            State::Finished(Box::new(outcome(status.output.take().unwrap_or_default(), download)))
        }
        Some("input") => State::Wants(targets(status.upload_url.take())),
        None if about != Step::Check || status.is_started() => {
            State::Wants(targets(status.upload_url.take()))
        }
        // Whether it was started is just what is asked; a step that is not known yet does not tell.
        _ if about == Step::Check && !status.is_started() => State::Created,
        _ => State::Running,
    };
    Report {
        state,
        percent: status.percent,
        label: status.step.map(Into::into),
        message: status.message,
        info: Some(status.info).filter(|info| !info.is_empty()).map(Box::new),
        live: Vec::new(),
    }
}

/// All files go to one URL.
fn targets(url: Option<String>) -> Vec<UploadTarget> {
    let target =
        |url| UploadTarget { key: String::new(), url, fields: Fields::default(), files: 0..usize::MAX };
    url.into_iter().map(target).collect()
}

fn outcome(output: OutputFiles, download: DownloadMode) -> Outcome {
    let OutputFiles { url, filename, size, files, .. } = output;
    let each =
        |file: String| Artifact { url: url.clone(), name: Some(file.clone()), file: Some(file), size: None };
    let files = if download == DownloadMode::Each { files } else { Vec::new() };
    let each = files.into_iter().map(each).collect();
    Outcome { each, whole: Artifact { url, file: None, name: filename, size }, ..Outcome::default() }
}

fn failure(status: &StatusReply) -> Failure {
    let code = status.code.filter(|code| *code >= 400).unwrap_or(422);
    let message = match status.message.as_str() {
        "" => "the service could not convert this file: try other options",
        said => said,
    };
    Failure {
        code: Code::of_status(code),
        status: Some(code),
        message: message.to_owned(),
        try_anew: code == 503,
    }
}
