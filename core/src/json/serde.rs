//! Values by serde: written as they are, read leniently and never too deep.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use ::serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use ::serde::ser::{Serialize, SerializeMap, Serializer};

use super::Value;

/// How deep arrays and objects may nest. No documented answer goes beyond five.
const MAX_DEPTH: u8 = 64;

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
    fn inner<E: ::serde::de::Error>(self) -> Result<Self, E> {
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

    fn visit_str<E: ::serde::de::Error>(self, text: &str) -> Result<Value<'de>, E> {
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
        let mut members = Members::new();
        while let Some(name) = map.next_key_seed(Name)? {
            members.set(name, map.next_value_seed(inner)?);
        }
        Ok(Value::Object(members.list))
    }
}

/// So many members are looked through one by one.
const FEW: usize = 24;
/// Room for so many members is made at once: most objects of the service have no more.
const MOST: usize = 12;

/// The members of an object, each name once: the last value wins, as in browsers.
struct Members<'a> {
    list: Vec<(Cow<'a, str>, Value<'a>)>,
    /// A bit for each name that is there. A name whose bit is not set is new, and is not looked for.
    seen: u64,
    /// Where each name stands, where there are more than a few.
    index: Option<BTreeMap<Cow<'a, str>, usize>>,
}

impl<'a> Members<'a> {
    const fn new() -> Self {
        Self { list: Vec::new(), seen: 0, index: None }
    }

    #[inline]
    fn set(&mut self, name: Cow<'a, str>, value: Value<'a>) {
        let bit = bit(&name);
        if self.list.len() < FEW && self.seen & bit == 0 {
            self.seen |= bit;
            if self.list.is_empty() {
                self.list = Vec::with_capacity(MOST);
            }
            self.list.push((name, value));
        } else {
            self.look_for(name, value);
        }
    }

    /// Sets a member whose name may be there.
    #[cold]
    fn look_for(&mut self, name: Cow<'a, str>, value: Value<'a>) {
        if self.list.len() == FEW {
            let names = self.list.iter().enumerate().map(|(at, (name, _))| (name.clone(), at));
            self.index = Some(names.collect());
        }
        let known = match &self.index {
            Some(index) => index.get(&name).copied(),
            None => self.list.iter().position(|(other, _)| *other == name),
        };
        if let Some((_, former)) = known.and_then(|at| self.list.get_mut(at)) {
            *former = value;
            return;
        }
        if let Some(index) = &mut self.index {
            index.insert(name.clone(), self.list.len());
        }
        self.list.push((name, value));
    }
}

/// One of 64 bits for a name, by its length and its first and last letter: such that the members of the API's objects have bits
/// of their own.
#[inline]
pub(super) fn bit(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let (first, last) = (bytes.first().copied().unwrap_or(0), bytes.last().copied().unwrap_or(0));
    let mixed = usize::from(first) * 7 + usize::from(last) + bytes.len() * 3;
    1 << (mixed & 63)
}

/// Reads a member's name, borrowed where it stands without escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}
