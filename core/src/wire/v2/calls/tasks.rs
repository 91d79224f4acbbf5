//! `GET /tasks`, `GET /tasks/{id}`, `POST /tasks/{id}/retry`, `POST /tasks/{id}/cancel`, `DELETE /tasks/{id}`.
//!
//! API documentation: <https://cloudconvert.com/api/v2/tasks>.

use super::super::Scope;
use super::any::AnyCall;
use super::jobs;
use super::page::{self, Path};
use super::read::{copy, entry, id, is_about};
use crate::api::Api;
use crate::error::Error;
use crate::http::Response;
use crate::json::Value;
use crate::wire::answers::limited;

const FOLDER: &str = "/tasks/";

pub(super) fn list(_: &Api, wish: &Value<'_>) -> Result<AnyCall, Error> {
    let filters = [("id", "job_id"), ("status", "status"), ("operation", "operation")];
    let path = Path::new("/tasks").filters(wish, &filters).include(wish).pages(wish);
    let read = |api: &Api, response: &Response, wish: &Value<'_>| {
        page::read(api, response, wish, Scope::TaskRead, "tasks", |task| {
            task.get("id").label().map(|_| told(api, task.owned()))
        })
    };
    Ok(page::list(path, read, wish))
}

pub(super) fn show(api: &Api, wish: &Value<'_>) -> Result<AnyCall, Error> {
    let id = id(api, wish, FOLDER)?;
    let path = Path::new(&[FOLDER, &id].concat()).include(wish);
    let call = AnyCall { wish: id.into(), ..AnyCall::get(path.into_string(), shown) };
    if wish.get("wait").flag() { call.waiting(api) } else { Ok(call) }
}

pub(super) fn retry(api: &Api, wish: &Value<'_>) -> Result<AnyCall, Error> {
    Ok(AnyCall::post([FOLDER, &id(api, wish, FOLDER)?, "/retry"].concat(), None, changed))
}

/// A task is cancelled once, however often it is asked for.
pub(super) fn cancel(api: &Api, wish: &Value<'_>) -> Result<AnyCall, Error> {
    let call = AnyCall::post([FOLDER, &id(api, wish, FOLDER)?, "/cancel"].concat(), None, cancelled);
    Ok(AnyCall { is_repeatable: true, ..call })
}

pub(super) fn delete(api: &Api, wish: &Value<'_>) -> Result<AnyCall, Error> {
    Ok(AnyCall::delete([FOLDER, &id(api, wish, FOLDER)?].concat(), jobs::deleted))
}

fn shown(api: &Api, response: &Response, id: &Value<'_>) -> Result<Value<'static>, Error> {
    let task = entry(api, response, Scope::TaskRead, "a task")?;
    is_about(id, &task).map(|()| told(api, task))
}

fn changed(api: &Api, response: &Response, _: &Value<'_>) -> Result<Value<'static>, Error> {
    Ok(told(api, entry(api, response, Scope::TaskWrite, "a task")?))
}

/// 422 says that the task has ended already, which is what a cancel is for.
fn cancelled(api: &Api, response: &Response, wish: &Value<'_>) -> Result<Value<'static>, Error> {
    if response.status == 422 { Ok(Value::object()) } else { changed(api, response, wish) }
}

/// A task, with URLs of files that are absolute.
fn told(api: &Api, task: Value<'static>) -> Value<'static> {
    let mut told = Value::object();
    told.set_some("id", task.get("id").label());
    let names = ["name", "operation", "status", "code"].map(|name| (name, name));
    copy(&mut told, &task, &names);
    copy(&mut told, &task, &[("job", "job_id")]);
    told.set("message", limited(task.get("message").text().unwrap_or_default()));
    let files = task.get("result").get("files").items().iter().filter_map(|file| {
        let mut listed = Value::object();
        listed.set("name", file.get("filename").text()?.to_owned());
        listed.set_some("size", file.get("size").unsigned());
        listed.set_some("url", file.get("url").text().and_then(|url| api.resolve_file(url).ok()));
        Some(listed)
    });
    told.set("files", files.collect::<Vec<_>>());
    told.set("entry", task);
    told
}
