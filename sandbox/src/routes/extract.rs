//! What handlers ask for as their arguments: who asks, about what, and with which parameters.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;

use super::{body, form};
use crate::app::App;
use crate::error::ApiError;
use crate::incoming::Received;
use crate::keys::{Keys, bearer};
use crate::params::Params;
use crate::process::Process;
use crate::serve::{Peer, Seat};

/// The parameters in the query alone.
pub(super) struct Query(pub(super) Params);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut params = Params::default();
        params.add_urlencoded(parts.uri.query().unwrap_or_default())?;
        Ok(Self(params))
    }
}

/// The key of a request without a body: Bearer header, or `apikey` in the query. Counts against its rate limit.
pub(super) struct Key(pub(super) String);

impl FromRequestParts<Arc<App>> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Query(params) = Query::from_request_parts(parts, app).await?;
        let key = Caller::of(parts).await?.check(&app.keys, sent_key(parts, &params)).await?;
        app.throttle().admit(&key)?;
        Ok(Self(key))
    }
}

/// What a create asks for. The key is checked as soon as it is there: before the body where a header or the query has it.
pub(super) struct Wish<const MAX_FILES: usize> {
    pub(super) key: String,
    pub(super) params: Params,
    pub(super) files: Vec<Received>,
}

impl<const MAX_FILES: usize> FromRequest<Arc<App>> for Wish<MAX_FILES> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::of(&mut parts).await?;
        let Query(mut params) = Query::from_request_parts(&mut parts, app).await?;
        let early = match sent_key(&parts, &params) {
            Some(key) => Some(caller.check(&app.keys, Some(key)).await?),
            None => None,
        };
        let mut files = Vec::new();
        if body::is(&parts, "multipart/form-data") {
            // Who is not allowed to, is told so before a file is read.
            let check = |params: &Params, files: usize| {
                if early.is_none() {
                    app.keys.check(params.text("apikey"))?;
                }
                form::at_most(MAX_FILES, files)
            };
            let most = if early.is_some() { form::MAX_TEXT } else { body::SHORT };
            let read = form::read(&parts, body, &app.inbox, &mut params, most, check).await;
            files = match read {
                Err(error) if error.status == 401 => return Err(caller.wrong(&app.keys, error).await),
                read => read?,
            };
        } else {
            body::read(app, &parts, body, &mut params, early.is_some()).await?;
        }
        let key = match early {
            Some(key) => key,
            None => caller.check(&app.keys, params.text("apikey")).await?,
        };
        app.throttle().admit(&key)?;
        Ok(Self { key, params, files })
    }
}

/// Who sends a request. Wrong keys in a row are answered later and later.
pub(crate) struct Caller {
    peer: Peer,
    seat: Seat,
}

impl Caller {
    pub(crate) async fn of(parts: &mut Parts) -> Result<Self, ApiError> {
        let peer = Peer::from_request_parts(parts, &()).await?;
        Ok(Self { peer, seat: Seat::from_request_parts(parts, &()).await? })
    }

    pub(crate) async fn check(&self, keys: &Keys, sent: Option<String>) -> Result<String, ApiError> {
        let missing = sent.is_none();
        match keys.check(sent) {
            Ok(key) => keys.pause(self.peer.0, true).map(|_| key),
            Err(error) if missing => Err(error),
            Err(error) => Err(self.wrong(keys, error).await),
        }
    }

    async fn wrong(&self, keys: &Keys, error: ApiError) -> ApiError {
        match keys.pause(self.peer.0, false) {
            Ok(pause) => self.seat.wait(tokio::time::sleep(pause)).await.err().unwrap_or(error),
            Err(too_many) => too_many,
        }
    }
}

fn sent_key(parts: &Parts, params: &Params) -> Option<String> {
    bearer(&parts.headers).map(str::to_owned).or_else(|| params.text("apikey"))
}

/// The process of its URL.
pub(super) struct ById(pub(super) Arc<Process>);

impl FromRequestParts<Arc<App>> for ById {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let id = path_param(parts, "id").await?;
        Ok(Self(app.admit(app.processes.by_id(&id), "Process")?))
    }
}

/// The process of a download URL.
pub(super) struct ByDownload(pub(super) Arc<Process>);

impl FromRequestParts<Arc<App>> for ByDownload {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let token = path_param(parts, "token").await?;
        Ok(Self(app.admit(app.processes.by_download(&token), "Output")?))
    }
}

/// The process of an upload URL, and what stands behind its token: the encoded name of the file.
pub(super) struct ByUpload {
    pub(super) process: Arc<Process>,
    pub(super) name: String,
}

impl FromRequestParts<Arc<App>> for ByUpload {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let path = parts.uri.path().trim_start_matches("/upload/");
        let (token, name) = path.split_once('/').unwrap_or((path, ""));
        let process = app.admit(app.processes.by_upload(token), "Upload URL")?;
        Ok(Self { process, name: name.to_owned() })
    }
}

async fn path_param(parts: &mut Parts, wanted: &str) -> Result<String, ApiError> {
    let params = RawPathParams::from_request_parts(parts, &()).await;
    let params = params.map_err(|_| ApiError::bad_request("The path of the request is not UTF-8"))?;
    let found = params.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned());
    found.ok_or_else(|| ApiError::not_found("Endpoint"))
}
