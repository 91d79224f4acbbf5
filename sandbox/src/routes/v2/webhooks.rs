//! Webhooks of the account.
//!
//! API documentation: <https://cloudconvert.com/api/v2/webhooks>.

use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{Refusal, data, no_content};
use super::extract::{Body, Key, Path, Place, Query, WEBHOOK_READ, WEBHOOK_WRITE};
use super::plan::Invalid;
use super::wrong::{invalid, url};
use super::{list, shape};
use crate::app::App;
use crate::jobs::Hook;
use crate::names::random_id;

/// How many webhooks an account may have, and how long their URLs may be.
const MAX_HOOKS: usize = 50;
const MAX_URL: usize = 8 << 10;
const EVENTS: [&str; 3] = ["job.created", "job.finished", "job.failed"];

/// `POST /webhooks`: `{"url", "events"}`.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Key(key): Key<WEBHOOK_WRITE>,
    place: Place,
    Body(body, _): Body,
) -> Result<Response, Refusal> {
    let asked = body.get("url").and_then(Value::as_str).unwrap_or_default();
    if asked.len() > MAX_URL {
        return Err(Refusal::invalid("url", &format!("The url may not have more than {MAX_URL} bytes.")));
    }
    may_be_called(&app, "url", &url("url", asked).map_err(Invalid::one)?)?;
    let events = body.get("events").and_then(Value::as_array).filter(|events| !events.is_empty());
    let known = |event: &Value| event.as_str().filter(|event| EVENTS.contains(event)).map(str::to_owned);
    let events = events.and_then(|events| events.iter().map(known).collect::<Option<Vec<_>>>());
    let events = events.ok_or_else(|| {
        let message = "The events have to be some of job.created, job.finished and job.failed.";
        Refusal::invalid("events", message)
    })?;
    if app.jobs.store.hooks(&key).len() >= MAX_HOOKS {
        return Err(Refusal::invalid("url", &format!("There may not be more than {MAX_HOOKS} webhooks.")));
    }
    let hook = app.jobs.store.add_hook(Hook {
        id: 0,
        key,
        url: asked.to_owned(),
        events,
        secret: [random_id(), random_id()].concat()[..32].to_owned(),
        created: SystemTime::now(),
        disabled: false,
        failing: false,
    });
    Ok(data(201, &shown(&hook, &place.base)))
}

/// Refuses at once what would never be called.
pub(super) fn may_be_called(app: &App, field: &str, url: &reqwest::Url) -> Result<(), Invalid> {
    app.jobs.egress.refuses(url).map_or(Ok(()), |why| Err(Invalid::one(invalid(field, why))))
}

/// `GET /users/me/webhooks`, with `filter[url]` and pages.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Key(key): Key<WEBHOOK_READ>,
    place: Place,
    query: Query,
) -> Result<Response, Refusal> {
    let url = query.filter("url");
    let hooks =
        app.jobs.store.hooks(&key).into_iter().filter(|hook| url.as_ref().is_none_or(|url| hook.url == *url));
    let path = format!("{}/v2/users/me/webhooks", place.base);
    list::page(&query, &path, &hooks.collect::<Vec<_>>(), |hook| shown(hook, &place.base))
}

/// `DELETE /webhooks/{id}`.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    Key(key): Key<WEBHOOK_WRITE>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let removed = id.parse().is_ok_and(|id| app.jobs.store.remove_hook(&key, id));
    if removed { Ok(no_content()) } else { Err(Refusal::not_found()) }
}

fn shown(hook: &Hook, base: &str) -> Value {
    json!({
        "id": hook.id, "url": hook.url, "events": hook.events, "disabled": hook.disabled,
        "failing": hook.failing, "signing_secret": hook.secret, "created_at": shape::time(Some(hook.created)),
        "updated_at": shape::time(Some(hook.created)), "links": {"self": format!("{base}/v2/webhooks/{}", hook.id)},
    })
}
