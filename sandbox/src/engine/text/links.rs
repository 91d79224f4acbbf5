//! Where links lead.

/// Schemes that run what follows them, or show it as a page of their own.
const HARMFUL: [&str; 8] =
    ["javascript", "vbscript", "livescript", "mocha", "data", "blob", "filesystem", "view-source"];

/// The scheme of a URL in small letters; none for a relative one. White space and control characters are no obstacle
/// (URL standard, 4.4).
pub(in crate::engine) fn scheme(url: &str) -> Option<String> {
    let url: String = url.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    let (scheme, _) = url.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

/// Whether following a link may run something in the page that shows it.
pub(in crate::engine) fn is_harmful(url: &str) -> bool {
    scheme(url).is_some_and(|scheme| HARMFUL.contains(&scheme.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmful_links() {
        for url in ["javascript:x", " JavaScript:x", "java\tscript:x", "\u{1}data:text/html,x", "vbscript:x"]
        {
            assert!(is_harmful(url), "{url}");
        }
        for url in ["HTTPS://Example.org/x", "a/javascript:x", "#x", "?a=data:", "irc://x", "x", "1:2"] {
            assert!(!is_harmful(url), "{url}");
        }
    }
}
