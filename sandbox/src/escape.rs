//! Text within HTML and XML.

/// A text as it stands between tags and in attributes.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // Writing to memory does not fail.
    let _ = comrak::html::escape(&mut escaped, text);
    escaped
}
