//! What handlers of version 2 take from a request: whose it is, where it came in, and its JSON.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use http_body_util::{BodyExt, Limited};
use serde_json::{Map, Value};

use super::answer::Refusal;
use crate::app::{App, bearer};
use crate::params::Params;

/// The longest JSON body. `import/raw` and `import/base64` carry files in it ("up to 10 MB").
const MAX_BODY: usize = 32 << 20;
/// How long it may take to arrive.
const MAX_TIME: Duration = Duration::from_mins(5);

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
        let key = bearer(&parts.headers).filter(|key| app.config.keys.iter().any(|known| known == key));
        let key = key.ok_or_else(Refusal::unauthenticated)?.to_owned();
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
        let host = app.host(&parts.uri, &parts.headers);
        let path =
            parts.extensions.get::<axum::extract::OriginalUri>().map_or(parts.uri.path(), |uri| uri.path());
        Ok(Self {
            waits: host.starts_with("sync.") || path.starts_with("/sync/"),
            base: format!("http://{host}"),
        })
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

    async fn from_request(request: Request, _: &Arc<App>) -> Result<Self, Refusal> {
        let read = Limited::new(request.into_body(), MAX_BODY).collect();
        let body = tokio::time::timeout(MAX_TIME, read).await;
        let body = body.map_err(|_| crate::error::ApiError::new(408, "The body takes too long."))?;
        let body = body.map_err(|error| match error.downcast::<http_body_util::LengthLimitError>() {
            Ok(_) => crate::error::ApiError::new(
                413,
                format!("The body is larger than {MAX_BODY} bytes: upload the file."),
            ),
            Err(_) => crate::error::ApiError::bad_request("The body broke off."),
        })?;
        let body = body.to_bytes();
        if body.trim_ascii().is_empty() {
            return Ok(Self(Map::new()));
        }
        let value: Option<Map<String, Value>> = serde_json::from_slice(&body).ok();
        value
            .map(Self)
            .ok_or_else(|| crate::error::ApiError::bad_request("The body is not a JSON object.").into())
    }
}
