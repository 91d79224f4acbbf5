//! What handlers of version 2 take from a request: whose it is, where it came in, and its JSON.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde_json::{Map, Value};

use super::answer::Refusal;
use crate::app::App;
use crate::keys::bearer;
use crate::params::Params;
use crate::routes::body;
use crate::routes::extract::Caller;
use crate::serve::Host;

/// The key of a request, allowed to do what `SCOPE` says. Counts against its rate limit.
pub(super) struct Key<const SCOPE: usize>(pub(super) String);

/// What a key may be allowed to do, by the numbers that handlers name.
const SCOPES: [&str; 6] =
    ["user.read", "user.write", "task.read", "task.write", "webhook.read", "webhook.write"];
pub(super) const USER_READ: usize = 0;
pub(super) const TASK_READ: usize = 2;
pub(super) const TASK_WRITE: usize = 3;
pub(super) const WEBHOOK_READ: usize = 4;
pub(super) const WEBHOOK_WRITE: usize = 5;

impl<const SCOPE: usize> FromRequestParts<Arc<App>> for Key<SCOPE> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let sent = bearer(&parts.headers).map(str::to_owned);
        let key =
            Caller::of(parts).await?.check(&app.keys, sent).await.map_err(|error| match error.status {
                401 => Refusal::unauthenticated(),
                _ => error.into(),
            })?;
        let scope = SCOPES[SCOPE];
        if app.config.scopes.get(&key).is_some_and(|scopes| !scopes.iter().any(|known| known == scope)) {
            return Err(Refusal::lacks_scope(scope));
        }
        app.throttle().admit(&key)?;
        Ok(Self(key))
    }
}

/// Where a request came in.
pub(super) struct Place {
    /// The address of the service, for links: `http://127.0.0.1:8000`.
    pub(super) base: String,
    /// Whether the answer is to come when the job or task has ended.
    pub(super) waits: bool,
}

impl FromRequestParts<Arc<App>> for Place {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let host = Host::from_request_parts(parts, app).await?;
        let path =
            parts.extensions.get::<axum::extract::OriginalUri>().map_or(parts.uri.path(), |uri| uri.path());
        let waits = host.asked.starts_with("sync.") || path.starts_with("/sync/");
        Ok(Self { waits, base: host.base() })
    }
}

/// The parameters in the query.
pub(super) struct Query(Params);

impl Query {
    /// A text that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.0.text(name)
    }

    /// `filter[name]`. An empty one is none.
    pub(super) fn filter(&self, name: &str) -> Option<String> {
        match self.0.get("filter")?.get(name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        }
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
        Ok(Self(params))
    }
}

/// The JSON object of a body; an absent one is empty.
pub(super) struct Body(pub(super) Map<String, Value>);

impl FromRequest<Arc<App>> for Body {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let mut params = Params::default();
        body::read(app, &parts, body, &mut params, true).await?;
        Ok(Self(params.into_object()))
    }
}
