//! Parameters that several operations have, and what is said of wrong ones.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

use crate::engine::truth;

/// A parameter that is wrong: its name, and what is wrong with it.
pub(super) type Wrong = (String, String);

/// In the words of the API.
pub(super) fn required(field: &str) -> Wrong {
    (field.to_owned(), format!("The {field} field is required."))
}

pub(super) fn invalid(field: &str, why: &str) -> Wrong {
    (field.to_owned(), format!("The {field} {why}."))
}

/// A text; one that is empty is none, as null is.
pub(super) fn text<'t>(task: &'t Map<String, Value>, field: &str) -> Result<Option<&'t str>, Wrong> {
    match task.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
        Some(_) => Err(invalid(field, "has to be a text")),
    }
}

/// True or false, also written as text or number; false where it is left out.
pub(super) fn flag(task: &Map<String, Value>, field: &str) -> Result<bool, Wrong> {
    match task.get(field) {
        None | Some(Value::Null) => Ok(false),
        Some(flag) if flag == "" => Ok(false),
        Some(flag) => truth(flag).ok_or_else(|| invalid(field, "has to be true or false")),
    }
}

/// A URL of the web.
pub(super) fn url(field: &str, text: &str) -> Result<reqwest::Url, Wrong> {
    let url = text.parse::<reqwest::Url>().ok();
    let url = url.filter(|url| ["http", "https"].contains(&url.scheme()));
    url.ok_or_else(|| invalid(field, "has to be a full URL, with http:// or https:// and a host"))
}

/// What belongs to a connection: it says where a request ends, and who reads the next one.
const OF_CONNECTIONS: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// `headers` of a URL, an object of texts.
pub(super) fn headers(task: &Map<String, Value>) -> Result<HeaderMap, Wrong> {
    let mut headers = HeaderMap::new();
    let Some(named) = task.get("headers").filter(|named| !named.is_null()) else { return Ok(headers) };
    let wrong = || invalid("headers", "have to be an object of names and texts");
    // An empty object of PHP is an empty array.
    if named.as_array().is_some_and(Vec::is_empty) {
        return Ok(headers);
    }
    for (name, value) in named.as_object().ok_or_else(wrong)? {
        let value = match value {
            Value::String(text) => HeaderValue::from_str(text).ok(),
            Value::Number(number) => HeaderValue::from_str(&number.to_string()).ok(),
            _ => None,
        };
        let name = HeaderName::try_from(name).map_err(|_| wrong())?;
        if OF_CONNECTIONS.contains(&name.as_str()) {
            return Err(invalid("headers", &format!("may not have {name}, which belongs to the connection")));
        }
        headers.append(name, value.ok_or_else(wrong)?);
    }
    Ok(headers)
}
