//! `GET /jobs`, `GET /jobs/{id}`, `DELETE /jobs/{id}`.
//!
//! API documentation: <https://cloudconvert.com/api/v2/jobs>.

use super::super::{Mark, Scope, job, job_url, remove};
use super::any::AnyCall;
use super::page::{self, Path};
use super::read::{copy, entry, id, is_about};
use crate::api::Api;
use crate::error::Error;
use crate::http::Response;
use crate::json::Value;
use crate::wire::report::{State, Told};

pub(super) const FOLDER: &str = "/jobs/";

pub(super) fn status(api: &Api, wish: &Value<'_>) -> Result<AnyCall, Error> {
    let id = id(api, wish, FOLDER)?;
    Ok(AnyCall { wish: id.clone().into(), ..AnyCall::get([FOLDER, &id].concat(), asked) })
}

pub(super) fn wait(api: &Api, wish: &Value<'_>) -> Result<AnyCall, Error> {
    status(api, wish)?.waiting(api)
}

pub(super) fn delete(api: &Api, wish: &Value<'_>) -> Result<AnyCall, Error> {
    Ok(AnyCall::delete([FOLDER, &id(api, wish, FOLDER)?].concat(), deleted))
}

pub(super) fn deleted(api: &Api, response: &Response, _: &Value<'_>) -> Result<Value<'static>, Error> {
    remove::is_done(api, response).map(|()| Value::object())
}

pub(super) fn list(_: &Api, wish: &Value<'_>) -> Result<AnyCall, Error> {
    let path = Path::new("/jobs").filters(wish, &[("status", "status"), ("tag", "tag")]).pages(wish);
    let read = |api: &Api, response: &Response, wish: &Value<'_>| {
        page::read(api, response, wish, Scope::TaskRead, "processes", |job| listed(api, job))
    };
    Ok(page::list(path, read, wish))
}

fn listed(api: &Api, job: &Value<'_>) -> Option<Value<'static>> {
    let id = job.get("id").label()?;
    let mut told = Value::object();
    told.set("url", job_url(api, &id));
    told.set("id", id);
    copy(
        &mut told,
        job,
        &[("step", "status"), ("tag", "tag"), ("started", "created_at"), ("ended", "ended_at")],
    );
    told.set("entry", job.owned());
    Some(told)
}

fn asked(api: &Api, response: &Response, id: &Value<'_>) -> Result<Value<'static>, Error> {
    let told = tell(api, response, id)?;
    is_about(id, told.get("entry")).map(|()| told)
}

/// Reads a job as a status.
pub(super) fn tell(api: &Api, response: &Response, _: &Value<'_>) -> Result<Value<'static>, Error> {
    let scope = if response.status == 403 { Scope::TaskWrite } else { Scope::TaskRead };
    let entry = entry(api, response, scope, "a job")?;
    let mut told = told(api, job::read_new(api, &entry, Mark::NONE)?);
    told.set("entry", entry);
    Ok(told)
}

fn told(api: &Api, Told { remote, report }: Told) -> Value<'static> {
    let mut told = Value::object();
    told.set_some("id", remote.id);
    told.set_some("step", report.label.map(Value::String));
    told.set_some("percent", report.percent);
    let mut message = report.message;
    match report.state {
        State::Failed(failure) => {
            told.set("code", failure.code.as_str());
            message = failure.message;
        }
        State::Finished(outcome) => {
            let files = outcome.artifacts();
            if let Some(first) = files.first() {
                told.set_some("url", first.url.as_deref().and_then(|url| api.resolve_file(url).ok()));
                told.set_some("filename", first.name.clone());
                told.set_some("size", first.size);
            }
            let names = files.iter().filter_map(|file| file.name.clone()).chain(outcome.stored.clone());
            told.set("files", names.map(Value::from).collect::<Vec<_>>());
        }
        State::Wants(targets) => {
            let uploads = targets.into_iter().map(|target| {
                let mut fields = Value::object();
                for (name, text) in target.fields.iter() {
                    fields.set(name.to_owned(), text.to_owned());
                }
                let mut upload = Value::object();
                upload.set("task", target.key);
                upload.set("url", target.url);
                upload.set("fields", fields);
                upload
            });
            told.set("uploads", uploads.collect::<Vec<_>>());
        }
        State::Created | State::Running => {}
    }
    told.set("message", message);
    told.set("info", report.info.map_or(Value::Null, |info| *info));
    told
}
