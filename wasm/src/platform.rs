//! JSON and URLs by what every JavaScript runtime has.

use cloudconvert_core::{Platform, Url, Value};
use serde::de::Deserialize;
use wasm_bindgen::JsValue;

pub(crate) struct Browser;

impl Platform for Browser {
    fn parse<'a>(&self, json: &'a str) -> Option<Value<'a>> {
        let parsed = js_sys::JSON::parse(json).ok()?;
        Value::deserialize(serde_wasm_bindgen::Deserializer::from(parsed)).ok()
    }

    fn write(&self, value: &Value<'_>) -> String {
        let text = js_sys::JSON::stringify(&crate::to_js(value)).map(JsValue::from);
        text.ok().and_then(|text| text.as_string()).unwrap_or_default()
    }

    fn resolve(&self, base: &str, reference: &str) -> Option<Url> {
        let url = web_sys::Url::new_with_base(reference, base).ok()?;
        url.set_hash("");
        Some(Url {
            href: url.href(),
            origin: url.origin(),
            host: url.hostname(),
            has_credentials: !url.username().is_empty() || !url.password().is_empty(),
        })
    }
}
