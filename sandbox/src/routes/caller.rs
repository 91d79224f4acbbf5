//! Who sends a request, and what stands in its URL.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use crate::error::ApiError;
use crate::keys::Keys;
use crate::params::Params;
use crate::serve::{Peer, Seat};

/// The parameters in the query alone.
pub(crate) struct Query(pub(crate) Params);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut params = Params::default();
        params.add_urlencoded(parts.uri.query().unwrap_or_default())?;
        Ok(Self(params))
    }
}

/// Who sends a request. One wrong key after another is answered later and later.
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
            Err(error) if !missing => Err(self.wrong(keys, error).await),
            checked => checked,
        }
    }

    pub(crate) async fn wrong(&self, keys: &Keys, error: ApiError) -> ApiError {
        match keys.pause(self.peer.0) {
            Ok(pause) => self.seat.wait(tokio::time::sleep(pause)).await.err().unwrap_or(error),
            Err(too_many) => too_many,
        }
    }
}

/// A part of the path.
pub(crate) async fn path_param(parts: &mut Parts, wanted: &str) -> Result<String, ApiError> {
    let params = RawPathParams::from_request_parts(parts, &()).await;
    let params = params.map_err(|_| ApiError::bad_request("The path of the request is not UTF-8"))?;
    let found = params.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned());
    found.ok_or_else(|| ApiError::not_found("Endpoint"))
}
