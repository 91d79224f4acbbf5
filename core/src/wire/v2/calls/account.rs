//! `GET /users/me`: whose key it is, and how many credits there are.
//!
//! API documentation: <https://cloudconvert.com/api/v2/users>.

use super::super::Scope;
use super::any::AnyCall;
use super::read::{copy, entry};
use crate::api::Api;
use crate::error::Error;
use crate::http::Response;
use crate::json::Value;

pub(super) fn me(_: &Api, _: &Value<'_>) -> Result<AnyCall, Error> {
    Ok(AnyCall::get("/users/me".to_owned(), read))
}

fn read(api: &Api, response: &Response, _: &Value<'_>) -> Result<Value<'static>, Error> {
    let account = entry(api, response, Scope::UserRead, "an account")?;
    let mut told = Value::object();
    // The documentation writes the ID as a text, the service as a number.
    told.set_some("id", account.get("id").label());
    copy(&mut told, &account, &[("username", "username"), ("email", "email"), ("credits", "credits")]);
    told.set("entry", account);
    Ok(told)
}
