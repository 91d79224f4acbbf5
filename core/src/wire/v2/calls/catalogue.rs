//! `GET /convert/formats` and `GET /operations`: what the service can do. Neither needs a key.
//!
//! API documentation: <https://cloudconvert.com/api/v2/operations>.

use super::super::{Scope, data};
use super::any::{Address, AnyCall, Read};
use super::page::Path;
use super::read::copy;
use crate::api::Api;
use crate::error::Error;
use crate::http::{Method, Response};
use crate::json::Value;

pub(super) fn types(_: &Api, wish: &Value<'_>) -> Result<AnyCall, Error> {
    Ok(ask("/convert/formats", wish, |api, response, _| {
        list(api, response, "types", |entry| {
            let (from, to) = (entry.get("input_format").text()?, entry.get("output_format").text()?);
            let mut told = Value::object();
            told.set("from", from.to_owned());
            told.set("to", to.to_owned());
            Some(told)
        })
    }))
}

pub(super) fn operations(_: &Api, wish: &Value<'_>) -> Result<AnyCall, Error> {
    Ok(ask("/operations", wish, |api, response, _| {
        list(api, response, "operations", |entry| {
            let mut told = Value::object();
            told.set("operation", entry.get("operation").text()?.to_owned());
            copy(
                &mut told,
                entry,
                &[
                    ("from", "input_format"),
                    ("to", "output_format"),
                    ("engine", "engine"),
                    ("credits", "credits"),
                ],
            );
            Some(told)
        })
    }))
}

fn ask(path: &str, wish: &Value<'_>, read: Read) -> AnyCall {
    let filters = [
        ("operation", "operation"),
        ("from", "input_format"),
        ("to", "output_format"),
        ("engine", "engine"),
        ("engine_version", "engine_version"),
    ];
    let mut path = Path::new(path).filters(wish, &filters).include(wish);
    if wish.get("alternatives").flag() {
        path.add("alternatives", "true");
    }
    AnyCall::new(Method::Get, Address::Open(path.into_string()), read)
}

fn list(
    api: &Api,
    response: &Response,
    name: &'static str,
    tell: impl Fn(&Value<'_>) -> Option<Value<'static>>,
) -> Result<Value<'static>, Error> {
    let Value::Array(entries) = data(api, response, Scope::TaskRead)? else {
        return Err(Error::invalid("the answer is not a list: check the base URL"));
    };
    let told = entries.into_iter().filter_map(|entry| {
        let mut told = tell(&entry)?;
        told.set("entry", entry.owned());
        Some(told)
    });
    let mut reply = Value::object();
    reply.set(name, Value::Array(told.collect()));
    Ok(reply)
}
