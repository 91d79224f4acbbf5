//! Parameters, wherever they stand: query, JSON and forms (with PHP's brackets) mixed into one object.

mod content;
mod json;
mod weight;

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use tokio::sync::OwnedSemaphorePermit;

use crate::error::ApiError;

pub(crate) use content::from_base64;
pub(crate) use json::find_text;
pub(crate) use weight::{MOST_KEPT, weight};

/// How many parameters a request may have, and how deep they may nest.
const MOST: usize = 1000;
const DEEPEST: usize = 8;

/// All parameters of one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params {
    object: Map<String, Value>,
    count: usize,
    /// Where they are many bytes: one such at a time is in memory.
    turn: Option<Arc<OwnedSemaphorePermit>>,
}

/// Others with many bytes wait until it is dropped.
pub(crate) struct Turn(#[allow(dead_code)] Option<Arc<OwnedSemaphorePermit>>);

impl Params {
    /// Has others wait until these are gone.
    pub(crate) fn hold(&mut self, turn: OwnedSemaphorePermit) {
        self.turn = Some(Arc::new(turn));
    }

    /// Takes the pairs of a query or of a form body. A name without a value is true: `?wait`.
    pub(crate) fn add_urlencoded(&mut self, text: &str) -> Result<(), ApiError> {
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some((name, value)) => self.add(&decode(name), Value::String(decode(value)))?,
                None => self.add(&decode(pair), Value::Bool(true))?,
            }
        }
        Ok(())
    }

    /// Takes one field, whose name may have brackets: `converteroptions[quality]`, `files[]`, `files[0]`.
    pub(crate) fn add(&mut self, name: &str, value: Value) -> Result<(), ApiError> {
        let parts = name.split('[').enumerate();
        let parts = parts.map(|(at, part)| if at == 0 { part } else { part.trim_end_matches(']') });
        let path: Vec<&str> = parts.take(DEEPEST + 1).collect();
        self.count += 1;
        if self.count > MOST || path.len() > DEEPEST {
            return Err(ApiError::bad_request(format!(
                "A request has at most {MOST} parameters, nested at most {DEEPEST} deep"
            )));
        }
        if insert(&mut self.object, &path, value) { Ok(()) } else { Err(contradictory(name)) }
    }

    /// Takes a JSON body.
    pub(crate) fn add_json(&mut self, body: &[u8]) -> Result<(), ApiError> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        match json::parse(body) {
            Ok(Value::Object(object)) => {
                for (name, value) in object {
                    if !insert(&mut self.object, &[&name], value) {
                        return Err(contradictory(&name));
                    }
                }
                Ok(())
            }
            // PHP writes an empty object as [].
            Ok(Value::Array(items)) if items.is_empty() => Ok(()),
            Ok(_) => Err(ApiError::bad_request("The body has to be a JSON object")),
            Err(error) => Err(ApiError::bad_request(format!("The body is not JSON: {error}"))),
        }
    }

    /// All of them, and what has others wait until it is gone.
    pub(crate) fn into_object(self) -> (Map<String, Value>, Turn) {
        (self.object, Turn(self.turn))
    }

    /// Refuses what is too much to be remembered; these parameters are not.
    pub(crate) fn check_kept(&self, except: &[&str]) -> Result<(), ApiError> {
        let skipped = except.iter().filter_map(|name| self.object.get(*name)).map(weight::of_value);
        let kept = weight(&self.object) - skipped.sum::<usize>();
        if kept <= MOST_KEPT {
            return Ok(());
        }
        let message = format!("The parameters have more than {MOST_KEPT} bytes besides the content of files");
        Err(ApiError::new(413, message))
    }

    /// How many came, also those of the same name.
    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.object.keys().map(String::as_str)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.object.get(name)
    }

    /// A string; numbers count as one. Empty is absent.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        as_text(self.object.get(name)?)
    }

    /// True for `true` however it is written, and for 1.
    pub(crate) fn flag(&self, name: &str) -> bool {
        match self.object.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true") || text == "1",
            Some(Value::Number(number)) => number.as_u64() == Some(1),
            _ => false,
        }
    }

    /// Whether it is something that [`Params::flag`] knows, or left out.
    pub(crate) fn may_be_flag(&self, name: &str) -> bool {
        match self.object.get(name) {
            None | Some(Value::Null | Value::Bool(_)) => true,
            Some(Value::String(text)) => {
                ["", "true", "false", "1", "0"].iter().any(|known| text.eq_ignore_ascii_case(known))
            }
            Some(Value::Number(number)) => number.as_u64().is_some_and(|number| number <= 1),
            Some(_) => false,
        }
    }

    /// As [`Params::flag`], where the name alone is enough: `?wait`, `?wait=`.
    pub(crate) fn named(&self, name: &str) -> bool {
        self.flag(name) || self.object.get(name).is_some_and(|value| value == "")
    }

    /// An object; `[]`, null and an empty text count as an empty one.
    pub(crate) fn object(&self, name: &str) -> Result<Map<String, Value>, ApiError> {
        match self.object.get(name) {
            Some(Value::Object(object)) => Ok(object.clone()),
            Some(value) if !is_empty(value) => {
                Err(ApiError::bad_request(format!("{name} has to be an object")))
            }
            _ => Ok(Map::new()),
        }
    }

    /// A list of texts; a form writes it as an object with numbers for names, and a single one may stand alone.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<String>, ApiError> {
        let items = match self.object.get(name) {
            Some(Value::Array(items)) => Some(items.iter().collect()),
            Some(Value::Object(object)) => numbered(object),
            Some(value) if !is_empty(value) => Some(vec![value]),
            _ => Some(Vec::new()),
        };
        let text = |item: &Value| item.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let texts = items.and_then(|items| items.into_iter().map(text).collect());
        texts.ok_or_else(|| ApiError::bad_request(format!("{name} has to be a list of texts")))
    }
}

/// The items of a list that a form has written, in their order.
fn numbered(object: &Map<String, Value>) -> Option<Vec<&Value>> {
    let number = |(name, item): (&String, _)| Some((name.parse::<u64>().ok()?, item));
    let mut items = object.iter().map(number).collect::<Option<Vec<_>>>()?;
    items.sort_by_key(|(number, _)| *number);
    Some(items.into_iter().map(|(_, item)| item).collect())
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What PHP writes for nothing.
fn is_empty(value: &Value) -> bool {
    matches!(value, Value::Null) || value == "" || value.as_array().is_some_and(Vec::is_empty)
}

/// Decodes one part of a query; a plus is a space.
fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Puts a value at a path of names. Numbers and empty names count up, and stand as an object's keys. False where there is
/// another value already.
fn insert(object: &mut Map<String, Value>, path: &[&str], value: Value) -> bool {
    let [first, rest @ ..] = path else { return false };
    let name = if first.is_empty() { object.len().to_string() } else { (*first).to_owned() };
    if !rest.is_empty() {
        let inner = object.entry(name).or_insert_with(|| Value::Object(Map::new()));
        return inner.as_object_mut().is_some_and(|inner| insert(inner, rest, value));
    }
    match (object.get_mut(&name), value) {
        (Some(Value::Object(inner)), Value::Object(more)) => {
            more.into_iter().all(|(name, value)| insert(inner, &[&name], value))
        }
        (Some(_), value) if is_empty(&value) => true,
        (Some(there), value) if is_empty(there) => {
            *there = value;
            true
        }
        (Some(there), value) => meant(there) == meant(&value),
        (None, value) => object.insert(name, value).is_none(),
    }
}

/// A value as a query has it; what is true may be written as a number too.
fn meant(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.to_ascii_lowercase().as_str() {
        "true" => "1".to_owned(),
        "false" => "0".to_owned(),
        _ => text,
    }
}

/// The same parameter with two values, wherever they stand: nobody can say which one was meant.
fn contradictory(name: &str) -> ApiError {
    let name = &name[..name.floor_char_boundary(100)];
    ApiError::bad_request(format!("The parameter {name} is there twice, with different values"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn query(text: &str) -> Params {
        let mut params = Params::default();
        params.add_urlencoded(text).unwrap();
        params
    }

    #[test]
    fn brackets_nest() {
        let params =
            query("input[s3][bucket]=b&converteroptions%5Bquality%5D=75&files[]=a&files[]=b&wait&n=a+b%20c");
        assert_eq!(
            Value::Object(params.object),
            json!({"input": {"s3": {"bucket": "b"}}, "converteroptions": {"quality": "75"},
                "files": {"0": "a", "1": "b"}, "wait": true, "n": "a b c"})
        );
    }

    #[test]
    fn json_and_query_mix() {
        let mut params = query("outputformat=mp4&save=True");
        params.add_json(br#"{"inputformat":"flv","timeout":5}"#).unwrap();
        assert_eq!(params.text("inputformat").as_deref(), Some("flv"));
        assert_eq!(params.text("timeout").as_deref(), Some("5"));
        assert!(params.flag("save"));
        params.add_json(br#"{"converteroptions": {"quality": 5}}"#).unwrap();
        params.add_json(br#"{"converteroptions": {"quality": "5", "width": 7}}"#).unwrap();
        assert_eq!(params.get("converteroptions"), Some(&json!({"quality": 5, "width": 7})));
        assert!(params.add_json(b"[]").is_ok() && params.add_json(b"{").is_err());
    }

    #[test]
    fn a_parameter_has_one_value() {
        for twice in ["a=1&a=2", "a[b]=1&a[b]=2", "a=1&a[b]=2", "a[b]=1&a=2", "a[1]=x&a[]=y"] {
            assert_eq!(Params::default().add_urlencoded(twice).unwrap_err().status, 400, "{twice}");
        }
        let mut params = query("wait=true&inputformat=png&converteroptions[quality]=5");
        assert!(params.add_json(br#"{"inputformat": "gif"}"#).is_err());
        assert!(params.add_json(br#"{"converteroptions": {"width": 7, "quality": 6}}"#).is_err());
        assert!(params.add_json(br#"{"converteroptions": [7]}"#).is_err());
        assert!(params.add_json(br#"{"converteroptions": [], "inputformat": null}"#).is_ok());
        assert!(params.add_json(br#"{"wait": 1, "inputformat": "png"}"#).is_ok());
        assert!(params.add("inputformat", "png".into()).is_ok());
    }

    #[test]
    fn lists_keep_their_order() {
        let names: Vec<String> = (0..12).map(|number| format!("f{number}")).collect();
        let pairs: Vec<String> = names.iter().map(|name| format!("files[]={name}")).collect();
        assert_eq!(query(&pairs.join("&")).list("files").unwrap(), names);
        assert_eq!(query("files=a").list("files").unwrap(), ["a"]);
        assert!(query("").list("files").unwrap().is_empty());
        assert!(query("files[a][b]=1").list("files").is_err());
    }

    #[test]
    fn flags_are_written_in_many_ways() {
        let params = query("a&b=&c=false&d=1&e=TRUE&f=0");
        let named: Vec<bool> = ["a", "b", "c", "d", "e", "f", "g"].map(|name| params.named(name)).to_vec();
        assert_eq!(named, [true, true, false, true, true, false, false]);
        assert!(params.flag("a") && !params.flag("b"));
    }

    #[test]
    fn too_much_is_refused() {
        let many: Vec<String> = (0..=MOST).map(|number| format!("p{number}=1")).collect();
        assert_eq!(Params::default().add_urlencoded(&many.join("&")).unwrap_err().status, 400);
        let deep = format!("a{}=1", "[a]".repeat(100_000));
        assert_eq!(Params::default().add_urlencoded(&deep).unwrap_err().status, 400);
    }
}
