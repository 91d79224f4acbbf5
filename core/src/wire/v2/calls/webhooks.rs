//! Webhooks of the account: `GET /users/me/webhooks`, `POST /webhooks`, `DELETE /webhooks/{id}`.
//!
//! API documentation: <https://cloudconvert.com/api/v2/webhooks>.

use super::super::{Scope, failure};
use super::any::AnyCall;
use super::page::{self, Path};
use super::read::{copy, entry, id};
use crate::api::Api;
use crate::error::Error;
use crate::http::Response;
use crate::json::Value;

pub(super) fn list(_: &Api, wish: &Value<'_>) -> Result<AnyCall, Error> {
    let path = Path::new("/users/me/webhooks").filters(wish, &[("url", "url")]).pages(wish);
    let read = |api: &Api, response: &Response, wish: &Value<'_>| {
        page::read(api, response, wish, Scope::WebhookRead, "webhooks", |webhook| {
            webhook.get("id").label().map(|_| told(webhook.owned()))
        })
    };
    Ok(page::list(path, read, wish))
}

pub(super) fn create(_: &Api, wish: &Value<'_>) -> Result<AnyCall, Error> {
    let url = wish.get("url").text().filter(|url| crate::job::is_full_url(url));
    let url = url.ok_or_else(|| Error::bad_request("a webhook needs a full `url`, with https://"))?;
    let events = wish.get("events");
    if events.is_empty() || events.items().iter().any(|event| event.text().is_none()) {
        return Err(Error::bad_request(
            "a webhook needs `events`: an array of job.created, job.finished and job.failed",
        ));
    }
    let mut body = Value::object();
    body.set("url", url.to_owned());
    body.set("events", events.owned());
    Ok(AnyCall::post("/webhooks".to_owned(), Some(body), |api, response, _| {
        Ok(told(entry(api, response, Scope::WebhookWrite, "a webhook")?))
    }))
}

pub(super) fn delete(api: &Api, wish: &Value<'_>) -> Result<AnyCall, Error> {
    let path = ["/webhooks/", &id(api, wish, "/webhooks/")?].concat();
    Ok(AnyCall::delete(path, |api, response, _| match response.status {
        200..=299 | 404 | 410 => Ok(Value::object()),
        _ => Err(failure(response, api.read(response).as_ref(), Some(Scope::WebhookWrite))),
    }))
}

fn told(webhook: Value<'static>) -> Value<'static> {
    let mut told = Value::object();
    told.set_some("id", webhook.get("id").label());
    let names = ["url", "events", "disabled", "failing"].map(|name| (name, name));
    copy(&mut told, &webhook, &names);
    copy(&mut told, &webhook, &[("secret", "signing_secret")]);
    told.set("entry", webhook);
    told
}
