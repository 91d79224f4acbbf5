//! Texts, taken apart at single ASCII characters.
//!
//! The standard library does it for patterns of every kind, which costs a page 3 KB.

/// Whether a byte is one of these. The standard library searches them in words, for which these are too few.
#[allow(clippy::manual_contains)]
pub(crate) fn is_one(byte: u8, of: &[u8]) -> bool {
    of.iter().any(|other| *other == byte)
}

/// Where the first of these characters is.
fn find(text: &str, any: &[u8]) -> Option<usize> {
    text.bytes().position(|byte| is_one(byte, any))
}

/// The parts before and behind the first of these characters.
pub(crate) fn cut<'t>(text: &'t str, any: &[u8]) -> Option<(&'t str, &'t str)> {
    around(text, find(text, any)?)
}

/// The parts before and behind the last of these characters.
pub(crate) fn cut_last<'t>(text: &'t str, any: &[u8]) -> Option<(&'t str, &'t str)> {
    around(text, text.bytes().rposition(|byte| is_one(byte, any))?)
}

fn around(text: &str, at: usize) -> Option<(&str, &str)> {
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Everything before the first of these characters.
pub(crate) fn before<'t>(text: &'t str, any: &[u8]) -> &'t str {
    cut(text, any).map_or(text, |(before, _)| before)
}

/// Everything behind the last of these characters.
pub(crate) fn after_last<'t>(text: &'t str, any: &[u8]) -> &'t str {
    cut_last(text, any).map_or(text, |(_, behind)| behind)
}

/// Whether one of these characters is there.
pub(crate) fn has(text: &str, any: &[u8]) -> bool {
    find(text, any).is_some()
}

/// The parts between these characters, from the first to the last.
pub(crate) fn parts(text: &str, at: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let (part, behind) = match cut(rest?, &[at]) {
            Some((part, behind)) => (part, Some(behind)),
            None => (rest?, None),
        };
        rest = behind;
        Some(part)
    })
}

/// The text without these characters at its end.
pub(crate) fn without_end<'t>(text: &'t str, any: &[u8]) -> &'t str {
    let end = text.bytes().rposition(|byte| !is_one(byte, any)).map_or(0, |last| last + 1);
    text.get(..end).unwrap_or(text)
}

/// A number in digits. The standard library formats it, which costs a page a kilobyte.
pub(crate) fn digits(mut number: u64) -> String {
    let mut digits = [b'0'; 20];
    let mut first = digits.len();
    while number > 0 || first == digits.len() {
        first -= 1;
        #[allow(clippy::cast_possible_truncation)]
        let digit = (number % 10) as u8;
        digits[first] += digit;
        number /= 10;
    }
    std::str::from_utf8(&digits[first..]).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_as_the_standard_library_cuts_it() {
        for text in ["", "/", "a", "a/b", "/a//ö/", "ä.ö.ü", "ö?#/"] {
            assert_eq!(cut(text, b"/"), text.split_once('/'), "{text}");
            assert_eq!(cut_last(text, b"./"), text.rsplit_once(['.', '/']), "{text}");
            assert_eq!(before(text, b"?#"), text.split(['?', '#']).next().unwrap(), "{text}");
            assert_eq!(after_last(text, b"/"), text.rsplit('/').next().unwrap(), "{text}");
            assert_eq!(has(text, b"."), text.contains('.'), "{text}");
            assert!(parts(text, b'/').eq(text.split('/')), "{text}");
            assert_eq!(without_end(text, b"/#"), text.trim_end_matches(['/', '#']), "{text}");
        }
        for number in [0, 7, 10, 4_096, u64::MAX] {
            assert_eq!(digits(number), number.to_string());
        }
    }
}
