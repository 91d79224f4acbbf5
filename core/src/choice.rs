//! One of a few names, as options and saved states write them.

use crate::json::Value;

/// The choice that a value names.
pub(crate) fn pick<T: Copy>(value: &Value<'_>, names: &[(&str, T)]) -> Option<T> {
    let text = value.text()?;
    names.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice)
}

/// The name of a choice.
pub(crate) fn name_of<T: Copy + PartialEq>(choice: T, names: &[(&'static str, T)]) -> &'static str {
    names.iter().find(|(_, c)| *c == choice).map_or("", |(name, _)| *name)
}
