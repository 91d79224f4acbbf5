//! What the calls read alike: IDs in wishes, and entries in answers.

use super::super::{Scope, data};
use crate::api::Api;
use crate::error::Error;
use crate::http::Response;
use crate::json::Value;
use crate::names::encode;

/// The ID in a wish: as it is, or as the last part of a URL of the service. What has no folders is an ID, also as `url`.
pub(super) fn id(api: &Api, wish: &Value<'_>, folder: &str) -> Result<String, Error> {
    if let Some(id) = wish.get("id").label() {
        return Ok(encode(&id).into_owned());
    }
    let wrong =
        || Error::bad_request(["the call needs an `id`, or a `url` that has ", folder, " in it"].concat());
    let url = wish.get("url").text().ok_or_else(wrong)?;
    if !url.is_empty() && !url.contains('/') {
        return Ok(encode(url).into_owned());
    }
    let url = api.resolve(url)?;
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let (_, id) = path.rsplit_once(folder).ok_or_else(wrong)?;
    if id.is_empty() || id.contains('/') { Err(wrong()) } else { Ok(id.to_owned()) }
}

/// Refuses an answer that is about something else than what was asked for by this ID.
pub(super) fn is_about(asked: &Value<'_>, entry: &Value<'_>) -> Result<(), Error> {
    let named = entry.get("id").label();
    if named.is_some_and(|id| Some(encode(&id).as_ref()) != asked.text()) {
        return Err(Error::invalid("the answer is about something else: check what answers at the base URL"));
    }
    Ok(())
}

/// Copies members that the service wrote.
pub(super) fn copy(told: &mut Value<'static>, entry: &Value<'_>, names: &[(&'static str, &str)]) {
    for (name, theirs) in names {
        let value = entry.get(theirs);
        if value != &Value::Null {
            told.set(*name, value.owned());
        }
    }
}

/// An answer of an entry in `data`.
pub(super) fn entry(
    api: &Api,
    response: &Response,
    scope: Scope,
    what: &str,
) -> Result<Value<'static>, Error> {
    match data(api, response, scope)? {
        entry @ Value::Object(_) => Ok(entry.owned()),
        _ => Err(Error::invalid(["the answer is not ", what, ": check the base URL"].concat())),
    }
}
