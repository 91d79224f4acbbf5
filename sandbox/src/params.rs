//! Parameters, wherever they stand: query, JSON and forms (with PHP's brackets) mixed into one object.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::error::ApiError;

/// All parameters of one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(pub(crate) Map<String, Value>);

impl Params {
    /// Takes the pairs of a query or of a form body.
    pub(crate) fn add_urlencoded(&mut self, text: &str) {
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.add(&decode(name), decode(value));
        }
    }

    /// Takes one field, whose name may have brackets: `converteroptions[quality]`, `files[]`, `files[0]`.
    pub(crate) fn add(&mut self, name: &str, value: String) {
        let mut path = vec![name.split('[').next().unwrap_or_default()];
        path.extend(name.split('[').skip(1).map(|part| part.trim_end_matches(']')));
        insert(&mut self.0, &path, Value::String(value));
    }

    /// Takes a JSON body.
    pub(crate) fn add_json(&mut self, body: &[u8]) -> Result<(), ApiError> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => {
                self.0.extend(object);
                Ok(())
            }
            // PHP writes an empty object as [].
            Ok(Value::Array(items)) if items.is_empty() => Ok(()),
            Ok(_) => Err(ApiError::bad_request("The body has to be a JSON object")),
            Err(error) => Err(ApiError::bad_request(format!("The body is not JSON: {error}"))),
        }
    }

    /// A string; numbers count as one. Empty is absent.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// True for `true`, `"true"`, `1`, `"1"`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text == "true" || text == "1",
            Some(Value::Number(number)) => number.as_u64() == Some(1),
            _ => false,
        }
    }

    /// An object; `[]` counts as an empty one.
    pub(crate) fn object(&self, name: &str) -> Result<Map<String, Value>, ApiError> {
        match self.0.get(name) {
            Some(Value::Object(object)) => Ok(object.clone()),
            Some(Value::Array(items)) if items.is_empty() => Ok(Map::new()),
            None | Some(Value::Null) => Ok(Map::new()),
            Some(Value::String(text)) if text.is_empty() => Ok(Map::new()),
            Some(_) => Err(ApiError::bad_request(format!("{name} has to be an object"))),
        }
    }
}

/// Decodes one part of a query; a plus is a space.
fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Puts a value at a path of names. Numbers and empty names count up, and stand as an object's keys.
fn insert(object: &mut Map<String, Value>, path: &[&str], value: Value) {
    let [first, rest @ ..] = path else { return };
    let name = if first.is_empty() { object.len().to_string() } else { (*first).to_owned() };
    if rest.is_empty() {
        object.insert(name, value);
        return;
    }
    let inner = object.entry(name).or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(inner) = inner {
        insert(inner, rest, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn brackets_nest() {
        let mut params = Params::default();
        params.add_urlencoded(
            "input[s3][bucket]=b&converteroptions%5Bquality%5D=75&files[]=a&files[]=b&wait&n=a+b%20c",
        );
        assert_eq!(
            Value::Object(params.0),
            json!({"input": {"s3": {"bucket": "b"}}, "converteroptions": {"quality": "75"},
                "files": {"0": "a", "1": "b"}, "wait": "", "n": "a b c"})
        );
    }

    #[test]
    fn json_and_query_mix() {
        let mut params = Params::default();
        params.add_urlencoded("outputformat=mp4&save=true");
        params.add_json(br#"{"inputformat":"flv","timeout":5}"#).unwrap();
        assert_eq!(params.text("inputformat").as_deref(), Some("flv"));
        assert_eq!(params.text("timeout").as_deref(), Some("5"));
        assert!(params.flag("save"));
        assert!(params.add_json(b"[]").is_ok() && params.add_json(b"{").is_err());
    }
}
