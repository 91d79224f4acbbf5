//! How languages spell the fields of storages.

use crate::json::Value;

/// The fields of a storage, under the names that version 1 gives to those that are known.
#[cfg(feature = "native")]
pub(super) fn spelled(object: &Value<'_>, needed: &[&[&'static str]]) -> Value<'static> {
    let mut fields = Value::object();
    for (name, value) in object.members() {
        let is = |known: &&str| {
            let letters = name.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase());
            letters.eq(known.bytes())
        };
        let known = needed.iter().flat_map(|row| row.iter()).chain(&["sessiontoken"]);
        let known = known.copied().find(is).unwrap_or(name);
        // Some languages keep members in no order, so the last one cannot count.
        if known == name || object.get(known) == &Value::Null {
            fields.remove(known);
            fields.set(known.to_owned(), value.owned());
        }
    }
    fields
}

/// The same where a page loads it: its script writes them so in fewer bytes.
#[cfg(not(feature = "native"))]
pub(super) fn spelled(object: &Value<'_>, _: &[&[&'static str]]) -> Value<'static> {
    object.owned()
}
