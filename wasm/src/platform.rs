//! JSON, URLs and dates by what every JavaScript runtime has.

use cloudconvert_core::{Platform, Timestamp, Url, Value};
use js_sys::{Array, Object};
use serde::ser::{Serialize, SerializeMap, Serializer};
use wasm_bindgen::{JsCast, JsValue};

use crate::{clock, url};

/// How deep arrays and objects may nest.
const MAX_DEPTH: u8 = 64;

pub(crate) struct Browser;

impl Platform for Browser {
    fn parse<'a>(&self, json: &'a str) -> Option<Value<'a>> {
        from_js(&js_sys::JSON::parse(json).ok()?)
    }

    fn write(&self, value: &Value<'_>) -> String {
        let text = js_sys::JSON::stringify(&to_js(value)).map(JsValue::from);
        text.ok().and_then(|text| text.as_string()).unwrap_or_default()
    }

    fn resolve(&self, base: &str, reference: &str) -> Option<Url> {
        url::resolve(base, reference)
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn date(&self, text: &str) -> Option<Timestamp> {
        // The one form of a date without a zone is in GMT too, where JavaScript would take it for local time.
        let zone = if text.ends_with("GMT") { "" } else { " GMT" };
        let date = js_sys::Date::parse(&[text, zone].concat());
        // Dates are those of the machine's clock, which may have been set since the other one began.
        let time = date - js_sys::Date::now() + clock::exact();
        (date >= 0.0).then_some(Timestamp::from_millis(time.max(0.0) as u64))
    }
}

/// A value of JavaScript; none for what JSON cannot hold. Read by hand, because the error texts of a general
/// deserializer would cost a page 7 KB.
pub(crate) fn from_js(value: &JsValue) -> Option<Value<'static>> {
    nested(value, MAX_DEPTH)
}

fn nested(value: &JsValue, depth: u8) -> Option<Value<'static>> {
    let inner = |value: &JsValue| nested(value, depth.checked_sub(1)?);
    if value.is_null() || value.is_undefined() {
        return Some(Value::Null);
    }
    if let Some(flag) = value.as_bool() {
        return Some(Value::Bool(flag));
    }
    if let Some(number) = value.as_f64() {
        return Some(self::number(number));
    }
    if let Some(text) = value.as_string() {
        return Some(text.into());
    }
    if let Some(items) = value.dyn_ref::<Array>() {
        return items.iter().map(|item| inner(&item)).collect::<Option<_>>().map(Value::Array);
    }
    if !value.is_object() {
        return None;
    }
    let members = Object::entries(value.unchecked_ref());
    let members = members.iter().map(|member| {
        let member: Array = member.unchecked_into();
        Some((member.get(0).as_string()?.into(), inner(&member.get(1))?))
    });
    members.collect::<Option<_>>().map(Value::Object)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::float_cmp)]
fn number(number: f64) -> Value<'static> {
    let whole = number as i64;
    if whole as f64 == number { Value::Integer(whole) } else { Value::Float(number) }
}

/// The same value in JavaScript.
pub(crate) fn to_js(value: &Value<'_>) -> JsValue {
    Plain(value).serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

/// A value whose integers are numbers of JavaScript. The serializer of integers would bring the text of an error with it,
/// and with that the formatting of texts, which would cost a page a kilobyte.
struct Plain<'v>(&'v Value<'v>);

impl Serialize for Plain<'_> {
    #[allow(clippy::cast_precision_loss)]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::Integer(number) => serializer.serialize_f64(*number as f64),
            Value::Float(number) => serializer.serialize_f64(*number),
            Value::String(text) => serializer.serialize_str(text),
            Value::Array(items) => serializer.collect_seq(items.iter().map(Plain)),
            Value::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name.as_ref(), &Plain(value))?;
                }
                map.end()
            }
        }
    }
}
