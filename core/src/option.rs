//! Options of a wish that cannot be taken.

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

/// An option has a value that it cannot take, or cannot take here.
pub(crate) fn wrong(option: &str) -> Error {
    Error::bad_request(
        ["the option `", option, "` has a value that it cannot take: see its documentation"].concat(),
    )
}
