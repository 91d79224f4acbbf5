//! JSON of strangers: a short text can hold millions of values, each of which takes many times its text in memory.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// How many values a body may hold.
const MOST: usize = 10_000;
/// How many bytes of a name are told.
const LONGEST_NAME: usize = 100;

/// Reads a value that holds no more than so many others, and no name twice: another reader would take the other value.
/// `serde_json` itself bounds how deep they nest.
pub(super) fn parse(text: &[u8]) -> Result<Value, serde_json::Error> {
    let left = Cell::new(MOST);
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Counted(&left).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Reads one value and counts it.
#[derive(Clone, Copy)]
struct Counted<'a>(&'a Cell<usize>);

impl<'de> DeserializeSeed<'de> for Counted<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let Some(left) = self.0.get().checked_sub(1) else {
            return Err(D::Error::custom(format!("it has more than {MOST} values")));
        };
        self.0.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Counted<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            if object.contains_key(&name) {
                let name = &name[..name.floor_char_boundary(LONGEST_NAME)];
                return Err(A::Error::custom(format!("an object in it has {name} twice")));
            }
            object.insert(name, entries.next_value_seed(self)?);
        }
        Ok(Value::Object(object))
    }
}

/// The text of this name in an object, of which nothing else is held in memory. The last one counts, until all is read.
pub(crate) fn find_text(reader: impl std::io::Read, name: &str) -> Option<String> {
    serde_json::Deserializer::from_reader(reader).deserialize_map(Find(name)).ok()?
}

struct Find<'a>(&'a str);

impl<'de> Visitor<'de> for Find<'_> {
    type Value = Option<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Option<String>, A::Error> {
        let mut found = None;
        while let Some(name) = entries.next_key::<String>()? {
            if name == self.0 {
                found = entries.next_value::<Value>()?.as_str().map(str::to_owned);
            } else {
                entries.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_serde_json_reads() {
        let text = br#" {"a": [1, -2, 2.5, null, true, "x\u00e4"], "b": {"c": {}}} "#;
        assert_eq!(parse(text).unwrap(), serde_json::from_slice::<Value>(text).unwrap());
        for broken in
            ["", "{", "[1,]", "{} {}", "nul", r#"{"a": 1, "a": 1}"#, r#"[{"b": {"a": 1, "\u0061": 2}}]"#]
        {
            assert!(parse(broken.as_bytes()).is_err(), "{broken}");
        }
    }

    #[test]
    fn finds_one_text() {
        let find = |text: &str| find_text(text.as_bytes(), "k");
        assert_eq!(find(r#"{"a": [{"k": "x"}], "k": "1", "b": {}, "k": "2"}"#).as_deref(), Some("2"));
        for none in ["", "[]", "{}", r#"{"k": 1}"#, r#"{"k": "1""#, "nul"] {
            assert_eq!(find(none), None, "{none}");
        }
    }

    #[test]
    fn bounds_breadth_and_depth() {
        assert!(parse(format!("[{}0]", "0,".repeat(MOST)).as_bytes()).is_err());
        assert!(parse("[".repeat(100_000).as_bytes()).is_err());
    }
}
