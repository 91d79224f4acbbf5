//! How much of a request has to be remembered.

use serde_json::{Map, Value};

/// The most bytes of names and texts that are remembered of a request, besides the content of files.
pub(crate) const MOST_KEPT: usize = 256 << 10;

/// The bytes of all names and texts in an object.
pub(crate) fn weight(object: &Map<String, Value>) -> usize {
    object.iter().map(|(name, value)| name.len() + of_value(value)).sum()
}

pub(super) fn of_value(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(of_value).sum(),
        Value::Object(object) => weight(object),
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_and_texts_at_every_depth() {
        let value = json!({"abc": ["de", {"f": "g"}], "h": 1});
        assert_eq!(weight(value.as_object().unwrap()), 3 + 2 + 1 + 1 + 1 + 8);
    }
}
