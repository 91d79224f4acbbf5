//! Quotes within quotes, which may not be deeper than somebody meant: what reads them takes the square of their depth.

use std::borrow::Cow;

/// How deep they may be.
pub(super) const MOST: usize = 200;

/// The text with the marks of deeper quotes left out; whether there are such.
pub(super) fn shallow(markdown: &str) -> (Cow<'_, str>, bool) {
    let is_deep = |line: &str| before(line).matches('>').count() > MOST;
    // All that ends a line in Markdown.
    let lines = || markdown.split_inclusive(['\n', '\r']);
    if !lines().any(is_deep) {
        return (markdown.into(), false);
    }
    let mut text = String::with_capacity(markdown.len());
    for line in lines() {
        let before = before(line);
        let (mut left, mut dropping) = (MOST, false);
        text.extend(before.chars().filter(|letter| match letter {
            '>' if left > 0 => {
                left -= 1;
                true
            }
            '>' => {
                dropping = true;
                false
            }
            // What stood behind a mark would be the indent of code.
            ' ' | '\t' => !dropping,
            _ => {
                dropping = false;
                true
            }
        }));
        text.push_str(&line[before.len()..]);
    }
    (text.into(), true)
}

/// What stands before the content of a line: the marks of quotes, items of lists and footnotes.
fn before(line: &str) -> &str {
    let is_mark = |letter: char| letter.is_ascii_digit() || " \t>-+*.)".contains(letter);
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches(is_mark);
        match rest.strip_prefix("[^").and_then(|name| name.split_once("]:")) {
            Some((_, behind)) => rest = behind,
            None => return &line[..line.len() - rest.len()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_quotes_become_shallow_and_others_stay() {
        for text in ["", "> a\n>> b\r\n", "a > b >> c"]
            .map(str::to_owned)
            .into_iter()
            .chain(["> a\n".repeat(1000), format!("a {}", ">".repeat(1000))])
        {
            assert_eq!(shallow(&text), (text.as_str().into(), false));
        }
        let (wanted, deep) = (">".repeat(MOST), ">".repeat(MOST + 7));
        for (before, behind) in
            [("", " a"), ("a\r", "\n"), ("- 1. ", "> a"), ("[^1]: ", "b > c\nd"), ("- [^1]: * ", "")]
        {
            let source = format!("{before}{deep}{behind}");
            let (text, told) = shallow(&source);
            assert!(told);
            assert_eq!(text, format!("{before}{wanted}{}", behind.trim_start_matches(['>', ' '])));
        }
    }
}
