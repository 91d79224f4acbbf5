//! A JSON value that borrows what it can, and reads leniently: the service writes numbers as
//! strings, empty objects as `[]`, and leaves out or nulls what it does not know.

mod serde;
#[cfg(all(test, feature = "native"))]
mod tests;

use std::borrow::Cow;

use crate::text::{before, cut, digits};

/// Any JSON value. Objects keep the order of their members.
#[derive(Debug, Default, PartialEq)]
pub enum Value<'a> {
    /// Nothing, which is what a member that is missing reads as too.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number without a fraction, which fits into 64 bits.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A text.
    String(Cow<'a, str>),
    /// Values in order.
    Array(Vec<Value<'a>>),
    /// Members in order: names and values.
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
            Self::Integer(number) => Some(match number.unsigned_abs() {
                magnitude if *number < 0 => ["-", &digits(magnitude)].concat(),
                magnitude => digits(magnitude),
            }),
            _ => self.text().map(str::to_owned),
        }
    }

    /// A count, a size or a time; also as a string, also with a fraction (which is dropped).
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    pub fn unsigned(&self) -> Option<u64> {
        match self {
            Self::Integer(number) => u64::try_from(*number).ok(),
            Self::Float(number) if *number >= 0.0 && *number < u64::MAX as f64 => Some(*number as u64),
            Self::String(text) => before(text.trim_ascii(), b".").parse().ok(),
            _ => None,
        }
    }

    /// A number, also as a string.
    #[allow(clippy::cast_precision_loss)]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            Self::String(text) => decimal(text.trim_ascii()),
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
    pub fn owned(&self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(*flag),
            Self::Integer(number) => Value::Integer(*number),
            Self::Float(number) => Value::Float(*number),
            Self::String(text) => text.as_ref().to_owned().into(),
            Self::Array(items) => Value::Array(items.iter().map(Value::owned).collect()),
            Self::Object(members) => {
                let member = |(name, value): &(Cow<'_, str>, Value<'_>)| {
                    (Cow::Owned(name.as_ref().to_owned()), value.owned())
                };
                Value::Object(members.iter().map(member).collect())
            }
        }
    }
}

/// Plain decimals such as `55.12`. The standard library's parser would cost a page 8 KB for it.
#[allow(clippy::cast_precision_loss)]
fn decimal(text: &str) -> Option<f64> {
    let (whole, fraction) = cut(text, b".").unwrap_or((text, ""));
    let fraction = fraction.get(..fraction.len().min(9))?;
    let scale = 10_u64.pow(u32::try_from(fraction.len()).ok()?);
    let fraction: u64 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let whole: u64 = whole.parse().ok()?;
    Some(whole as f64 + fraction as f64 / scale as f64)
}

/// One way to copy is enough for a page.
impl Clone for Value<'_> {
    fn clone(&self) -> Self {
        self.owned()
    }
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
