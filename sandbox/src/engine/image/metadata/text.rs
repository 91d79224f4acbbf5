//! Texts that picture files hold.

use crate::names::in_any_encoding;

/// A text that is ASCII by its standard, UTF-8 and others by use.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let text = in_any_encoding(bytes);
    Some(text.trim_matches('\0').to_owned()).filter(|text| !text.is_empty())
}
