//! Lists: filters, pages, and the call for the next page.
//!
//! API documentation: <https://cloudconvert.com/api/v2#pagination>.

use std::fmt::Write;

use super::super::{Scope, data};
use super::any::{AnyCall, Read};
use crate::api::Api;
use crate::error::Error;
use crate::http::Response;
use crate::json::Value;
use crate::names::encode;

/// A path with a query that is made of the members of a wish.
pub(super) struct Path(String);

impl Path {
    pub(super) fn new(path: &str) -> Self {
        Self(path.to_owned())
    }

    /// `filter[theirs]=value`, where the wish has one.
    pub(super) fn filters(mut self, wish: &Value<'_>, names: &[(&str, &str)]) -> Self {
        for (name, theirs) in names {
            if let Some(value) = wish.get(name).label() {
                self.add(&["filter[", theirs, "]"].concat(), &value);
            }
        }
        self
    }

    /// `include`, a list that is one text or several.
    pub(super) fn include(mut self, wish: &Value<'_>) -> Self {
        let include = wish.get("include");
        let parts: Vec<_> =
            include.text().into_iter().chain(include.items().iter().filter_map(Value::text)).collect();
        if !parts.is_empty() {
            self.add("include", &parts.join(","));
        }
        self
    }

    /// `per_page` and `page`.
    pub(super) fn pages(mut self, wish: &Value<'_>) -> Self {
        for name in ["per_page", "page"] {
            if let Some(number) = wish.get(name).unsigned() {
                self.add(name, &number.to_string());
            }
        }
        self
    }

    pub(super) fn add(&mut self, name: &str, value: &str) {
        let mark = if self.0.contains('?') { '&' } else { '?' };
        let _ = write!(self.0, "{mark}{name}={}", encode(value));
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

/// A call for a list that remembers what was asked for.
pub(super) fn list(path: Path, read: Read, wish: &Value<'_>) -> AnyCall {
    AnyCall { wish: wish.owned(), ..AnyCall::get(path.into_string(), read) }
}

/// Reads a list, and decides whether there is a next page: the service says so, and this page was not empty.
pub(super) fn read(
    api: &Api,
    response: &Response,
    wish: &Value<'_>,
    scope: Scope,
    name: &'static str,
    tell: impl Fn(&Value<'_>) -> Option<Value<'static>>,
) -> Result<Value<'static>, Error> {
    let Value::Array(entries) = data(api, response, scope)? else {
        return Err(Error::invalid("the answer is not a list: check the base URL"));
    };
    let mut told = Value::object();
    told.set(name, entries.iter().filter_map(tell).collect::<Vec<_>>());
    let more = api.read(response).is_some_and(|body| !body.get("links").get("next").is_empty());
    if more && !entries.is_empty() {
        let page = wish.get("page").unsigned().unwrap_or(1).max(1);
        let mut next = wish.owned();
        next.remove("page");
        next.set("page", page.saturating_add(1));
        told.set("next", next);
    }
    Ok(told)
}
