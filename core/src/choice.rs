//! One of a few names, as options and saved states write them.

use std::borrow::Cow;

use crate::error::Error;
use crate::json::Value;

/// Refuses a member that is none of these and says something.
///
/// # Errors
/// `bad_request` for the first one.
pub(crate) fn check_names(value: &Value<'_>, known: &[&str]) -> Result<(), Error> {
    let unknown =
        |(name, value): &&(Cow<'_, str>, Value<'_>)| value != &Value::Null && !known.contains(&name.as_ref());
    match value.members().iter().find(unknown) {
        None => Ok(()),
        Some((name, _)) => {
            Err(Error::bad_request(["there is no option `", name, "`: check its name"].concat()))
        }
    }
}

/// The choice that a value names.
pub(crate) fn pick<T: Copy>(value: &Value<'_>, names: &[(&str, T)]) -> Option<T> {
    let text = value.text()?;
    names.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice)
}

/// The name of a choice.
pub(crate) fn name_of<T: Copy + PartialEq>(choice: T, names: &[(&'static str, T)]) -> &'static str {
    names.iter().find(|(_, c)| *c == choice).map_or("", |(name, _)| *name)
}
