//! What handlers of version 2 take from a request: whose it is, where it came in, and its JSON.

use std::sync::{Arc, OnceLock};

use axum::extract::{self, FromRequest, FromRequestParts, OriginalUri, Request};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::answer::Refusal;
use super::kind::{of_api, waits};
use crate::app::App;
use crate::config::SCOPES;
use crate::error::ApiError;
use crate::keys::bearer;
use crate::params::{Params, Turn};
use crate::routes::body;
use crate::routes::caller::Caller;
use crate::serve::{Host, Seat};
use crate::throttle::Quota;

/// The key of a request, allowed to do what `SCOPE` says.
pub(super) struct Key<const SCOPE: usize>(pub(super) String);

/// The key of a request that creates a job or a task. Counts against its rate limit.
pub(super) struct Creator(pub(super) String);

// What of `SCOPES` handlers ask for.
pub(super) const USER_READ: usize = 0;
pub(super) const TASK_READ: usize = 2;
pub(super) const TASK_WRITE: usize = 3;
pub(super) const WEBHOOK_READ: usize = 4;
pub(super) const WEBHOOK_WRITE: usize = 5;

/// Whether a key is allowed to do what the scope of this number says.
pub(super) fn may(app: &App, key: &str, scope: usize) -> bool {
    app.config.allows(key, SCOPES[scope])
}

impl<const SCOPE: usize> FromRequestParts<Arc<App>> for Key<SCOPE> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let key = allowed(parts, app, SCOPE).await?;
        note(parts, app.throttle.look(&key));
        Ok(Self(key))
    }
}

impl FromRequestParts<Arc<App>> for Creator {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let key = allowed(parts, app, TASK_WRITE).await?;
        let quota = app.throttle.count(&key);
        note(parts, quota);
        quota.map_or(Ok(()), |quota| quota.admitted())?;
        Ok(Self(key))
    }
}

/// The key of a request, if it is allowed to do what this scope says.
async fn allowed(parts: &mut Parts, app: &App, scope: usize) -> Result<String, Refusal> {
    let sent = bearer(&parts.headers).map(str::to_owned);
    let key = Caller::of(parts).await?.check(&app.keys, sent).await.map_err(|error| match error.status {
        401 => Refusal::unauthenticated(),
        _ => error.into(),
    })?;
    if may(app, &key, scope) { Ok(key) } else { Err(Refusal::lacks_scope(SCOPES[scope])) }
}

/// Notes the limit of a key, where it has one, for the headers of the answer.
fn note(parts: &Parts, quota: Option<Quota>) {
    if let (Some(noted), Some(quota)) = (parts.extensions.get::<Noted>(), quota) {
        let _ = noted.0.set(quota);
    }
}

/// How much the key of a request may still create.
#[derive(Clone, Default)]
struct Noted(Arc<OnceLock<Quota>>);

/// Tells the limit of a key, where it has one, as the API does: not with the account, nor at the address that waits.
pub(super) async fn tell_limits(place: Place, mut request: Request, next: Next) -> Response {
    if place.waits || request.uri().path().ends_with("/users/me") {
        return next.run(request).await;
    }
    let noted = Noted::default();
    request.extensions_mut().insert(noted.clone());
    let mut response = next.run(request).await;
    if let Some(quota) = noted.0.get() {
        let headers = response.headers_mut();
        headers.insert("x-ratelimit-limit", quota.limit.into());
        headers.insert("x-ratelimit-remaining", quota.remaining.into());
    }
    response
}

/// Where a request came in.
pub(super) struct Place {
    /// The address of the API, for links: `http://127.0.0.1:8000`.
    pub(super) base: String,
    /// Whether the answer is to come when the job or task has ended.
    pub(super) waits: bool,
}

impl Place {
    /// Waits for an end where the answer is to come then; gives the status of the answer. Where too many wait already, it
    /// is answered how far it is.
    pub(super) async fn created(&self, seat: &Seat, end: impl Future<Output = ()>) -> u16 {
        if !self.waits {
            return 201;
        }
        let _ = seat.wait(end).await;
        200
    }

    /// The same where only to wait was asked for.
    pub(super) async fn shown(&self, seat: &Seat, end: impl Future<Output = ()>) -> Result<(), Refusal> {
        if self.waits {
            seat.wait(end).await?;
        }
        Ok(())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Place {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let mut host = Host::from_request_parts(parts, state).await?;
        let path = parts.extensions.get::<OriginalUri>().map_or(parts.uri.path(), |uri| uri.path());
        let waits = waits(&host.asked, path);
        // Links lead to the host that does not wait, unless the operator named one for them.
        if host.public == host.asked {
            host.public = of_api(&host.asked).to_owned();
        }
        Ok(Self { waits, base: host.base() })
    }
}

/// What stands in the path.
pub(super) struct Path<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Path<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let path = extract::Path::from_request_parts(parts, app).await;
        let wrong = |_| ApiError::bad_request("The path of the request is not UTF-8");
        Ok(Self(path.map_err(wrong)?.0))
    }
}

/// The parameters in the query, and all of it as it was sent.
pub(super) struct Query {
    params: Params,
    sent: String,
}

impl Query {
    /// A text that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.params.text(name)
    }

    /// As it was sent.
    pub(super) fn sent(&self) -> &str {
        &self.sent
    }

    /// True or false; false where it is left out.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        if self.params.may_be_flag(name) {
            return Ok(self.params.flag(name));
        }
        Err(Refusal::invalid(name, &format!("The {name} has to be true or false.")))
    }

    /// A whole number from 1 up.
    pub(super) fn number(&self, name: &str) -> Result<Option<usize>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let number = text.parse::<usize>().ok().filter(|number| *number > 0);
        let wrong = || Refusal::invalid(name, &format!("The {name} has to be a whole number from 1 up."));
        number.map(Some).ok_or_else(wrong)
    }

    /// `filter[name]`. An empty one is none.
    pub(super) fn filter(&self, name: &str) -> Option<String> {
        match self.params.get("filter")?.get(name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        }
    }

    /// The same query for another page.
    pub(super) fn for_page(&self, page: usize) -> String {
        let others = self.sent.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("page="));
        others.map(str::to_owned).chain([format!("page={page}")]).collect::<Vec<_>>().join("&")
    }

    /// Whether the comma list `include` names this.
    pub(super) fn includes(&self, name: &str) -> bool {
        self.text("include").is_some_and(|list| list.split(',').any(|item| item.trim() == name))
    }
}

impl FromRequestParts<Arc<App>> for Query {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Refusal> {
        let mut params = Params::default();
        params.add_urlencoded(parts.uri.query().unwrap_or_default())?;
        Ok(Self { params, sent: parts.uri.query().unwrap_or_default().to_owned() })
    }
}

/// The JSON object of a body; an absent one is empty. Where it is long, others wait until the second is dropped.
pub(super) struct Body(pub(super) Map<String, Value>, pub(super) Turn);

impl FromRequest<Arc<App>> for Body {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let mut params = Params::default();
        body::read(app, &parts, body, &mut params, true).await?;
        let (object, turn) = params.into_object();
        Ok(Self(object, turn))
    }
}
