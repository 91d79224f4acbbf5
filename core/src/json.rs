//! A JSON value that borrows what it can, and reads leniently: the service writes numbers as
//! strings, empty objects as `[]`, and leaves out or nulls what it does not know.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// How deep arrays and objects may nest. No documented answer goes beyond five.
const MAX_DEPTH: u8 = 64;

/// Any JSON value. Objects keep the order of their members.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub enum Value<'a> {
    #[default]
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    String(Cow<'a, str>),
    Array(Vec<Value<'a>>),
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// An empty object.
    pub const fn object() -> Self {
        Self::Object(Vec::new())
    }

    /// The member of this name; `Null` where there is none.
    pub fn get(&self, name: &str) -> &Value<'a> {
        match self {
            Self::Object(members) => {
                members.iter().find(|(key, _)| key == name).map_or(&Value::Null, |(_, value)| value)
            }
            _ => &Value::Null,
        }
    }

    /// Appends a member to an object.
    pub fn set(&mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Value<'a>>) {
        if let Self::Object(members) = self {
            members.push((name.into(), value.into()));
        }
    }

    /// Appends a member unless its value is absent.
    pub fn set_some(&mut self, name: &'static str, value: Option<impl Into<Value<'a>>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// Takes a member out of an object.
    pub fn remove(&mut self, name: &str) -> Option<Value<'a>> {
        let Self::Object(members) = self else { return None };
        let at = members.iter().position(|(key, _)| key == name)?;
        Some(members.remove(at).1)
    }

    /// A string that is not empty.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::String(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// A string, or a number as one: identifiers come either way.
    pub fn label(&self) -> Option<String> {
        match self {
            Self::Integer(number) => Some(number.to_string()),
            _ => self.text().map(str::to_owned),
        }
    }

    /// A count, a size or a time; also as a string, also with a fraction (which is dropped).
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    pub fn unsigned(&self) -> Option<u64> {
        match self {
            Self::Integer(number) => u64::try_from(*number).ok(),
            Self::Float(number) if *number >= 0.0 && *number < u64::MAX as f64 => Some(*number as u64),
            Self::String(text) => text.trim().split('.').next()?.parse().ok(),
            _ => None,
        }
    }

    /// A number, also as a string.
    #[allow(clippy::cast_precision_loss)]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            Self::String(text) => decimal(text.trim()),
            _ => None,
        }
    }

    /// True for `true`, `"true"`, `1` and `"1"`.
    pub fn flag(&self) -> bool {
        match self {
            Self::Bool(flag) => *flag,
            Self::Integer(number) => *number == 1,
            Self::String(text) => text == "true" || text == "1",
            _ => false,
        }
    }

    /// The elements of an array; none of anything else.
    pub fn items(&self) -> &[Value<'a>] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }

    /// The members of an object; none of anything else.
    pub fn members(&self) -> &[(Cow<'a, str>, Value<'a>)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// Whether nothing is there: `null`, `""`, `[]`, `{}`.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::String(text) => text.is_empty(),
            Self::Array(items) => items.is_empty(),
            Self::Object(members) => members.is_empty(),
            _ => false,
        }
    }

    /// The same value, holding all its text itself.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(flag),
            Self::Integer(number) => Value::Integer(number),
            Self::Float(number) => Value::Float(number),
            Self::String(text) => Value::String(Cow::Owned(text.into_owned())),
            Self::Array(items) => Value::Array(items.into_iter().map(Value::into_owned).collect()),
            Self::Object(members) => Value::Object(
                members.into_iter().map(|(k, v)| (Cow::Owned(k.into_owned()), v.into_owned())).collect(),
            ),
        }
    }
}

/// Plain decimals such as `55.12`. The standard library's parser would cost a page 8 KB for it.
#[allow(clippy::cast_precision_loss)]
fn decimal(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.get(..fraction.len().min(9))?;
    let scale = 10_u64.pow(u32::try_from(digits.len()).ok()?);
    let fraction: u64 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    let whole: u64 = whole.parse().ok()?;
    Some(whole as f64 + fraction as f64 / scale as f64)
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<i32> for Value<'_> {
    fn from(number: i32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::String(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::String(Cow::Owned(text))
    }
}

/// An absent one is `Null`.
impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<'a> From<Vec<Value<'a>>> for Value<'a> {
    fn from(items: Vec<Value<'a>>) -> Self {
        Self::Array(items)
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name.as_ref(), value)?;
                }
                map.end()
            }
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Nested(MAX_DEPTH).deserialize(deserializer)
    }
}

/// Reads a value that may nest this many levels more.
#[derive(Clone, Copy)]
struct Nested(u8);

impl Nested {
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        self.0.checked_sub(1).map(Nested).ok_or_else(|| E::custom("nested too deeply"))
    }
}

impl<'de> DeserializeSeed<'de> for Nested {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Nested {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value::Integer(number))
    }

    #[allow(clippy::cast_precision_loss)]
    fn visit_u64<E>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(i64::try_from(number).map_or(Value::Float(number as f64), Value::Integer))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value<'de>, E> {
        Ok(Value::Float(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::String(Cow::Borrowed(text)))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value<'de>, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E>(self, text: String) -> Result<Value<'de>, E> {
        Ok(Value::String(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value<'de>, A::Error> {
        let inner = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        let inner = self.inner()?;
        let mut members = Members::default();
        while let Some(name) = map.next_key_seed(Name)? {
            members.set(name, map.next_value_seed(inner)?);
        }
        Ok(Value::Object(members.list))
    }
}

/// So many members are looked through one by one.
const FEW: usize = 24;

/// The members of an object, each name once: the last value wins, as in browsers.
#[derive(Default)]
struct Members<'a> {
    list: Vec<(Cow<'a, str>, Value<'a>)>,
    /// Where each name stands, where there are more than a few.
    index: BTreeMap<Cow<'a, str>, usize>,
}

impl<'a> Members<'a> {
    fn set(&mut self, name: Cow<'a, str>, value: Value<'a>) {
        if self.list.len() == FEW {
            self.index = self.list.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
        }
        let known = if self.list.len() < FEW {
            self.list.iter().position(|(other, _)| *other == name)
        } else {
            self.index.get(&name).copied()
        };
        if let Some((_, former)) = known.and_then(|at| self.list.get_mut(at)) {
            *former = value;
            return;
        }
        if self.list.len() >= FEW {
            self.index.insert(name.clone(), self.list.len());
        }
        self.list.push((name, value));
    }
}

/// Reads a member's name, borrowed where it stands without escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        match Nested(0).deserialize(deserializer)? {
            Value::String(name) => Ok(name),
            _ => Err(D::Error::custom("a member's name is a string")),
        }
    }
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Value<'_>> {
        serde_json::from_str(text).ok()
    }

    #[test]
    fn numbers_are_read_from_strings_too() {
        let value =
            parse(r#"{"size":"123","percent":"55.5","half":12.9,"big":18446744073709551615}"#).unwrap();
        assert_eq!(value.get("size").unsigned(), Some(123));
        assert_eq!(value.get("percent").number(), Some(55.5));
        assert_eq!(value.get("half").unsigned(), Some(12));
        assert!(value.get("big").number().is_some());
        assert_eq!(value.get("absent"), &Value::Null);
    }

    #[test]
    fn text_without_escapes_is_borrowed() {
        let value = parse(r#"{"a":"plain","b":"esc\n"}"#).unwrap();
        assert!(matches!(value.get("a"), Value::String(Cow::Borrowed(_))));
        assert!(matches!(value.get("b"), Value::String(Cow::Owned(_))));
    }

    #[test]
    fn of_a_name_that_stands_there_twice_the_last_counts() {
        assert_eq!(parse(r#"{"a":1,"b":2,"a":3}"#), parse(r#"{"a":3,"b":2}"#));
        let many = |at: usize| format!(r#""{}":{at}"#, at % 60);
        let text = (0..600).map(many).collect::<Vec<_>>().join(",");
        let value = parse(&["{", &text, "}"].concat()).unwrap().into_owned();
        assert_eq!(value.members().len(), 60);
        assert!(value.members().iter().enumerate().all(|(at, (name, value))| {
            *name == at.to_string() && value.unsigned() == Some(540 + at as u64)
        }));
    }

    #[test]
    fn deep_nesting_is_refused_not_followed() {
        let deep = "[".repeat(1000) + &"]".repeat(1000);
        assert!(parse(&deep).is_none());
        let shallow = "[".repeat(60) + &"]".repeat(60);
        assert!(parse(&shallow).is_some());
    }

    #[test]
    fn what_is_read_is_written_again() {
        let text = r#"{"a":[1,2.5,null,true],"b":{"c":"d"}}"#;
        assert_eq!(serde_json::to_string(&parse(text).unwrap()).unwrap(), text);
    }
}
