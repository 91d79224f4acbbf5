//! Lists, quotes and definitions, and the numbers of items.

use html5gum::Token;

use super::element::{StartTag, attribute};

pub(super) const BULLET: &str = "\u{2022}";

/// An element that indents what is in it.
pub(super) struct Nest {
    element: Vec<u8>,
    /// Of an ordered list.
    numbers: Option<Numbers>,
}

struct Numbers {
    next: i64,
    step: i64,
    /// `1`, `a`, `A`, `i` or `I`.
    style: String,
}

impl Nest {
    /// `after` are the tokens behind the tag.
    pub(super) fn of(tag: &StartTag, after: &[Token]) -> Self {
        let is_reversed = attribute(tag, "reversed").is_some();
        let start = attribute(tag, "start").and_then(|start| start.trim().parse().ok());
        let first = || if is_reversed { items(after) } else { 1 };
        let numbers = (tag.name.0 == b"ol").then(|| Numbers {
            next: start.unwrap_or_else(first),
            step: if is_reversed { -1 } else { 1 },
            style: style(tag),
        });
        Self { element: tag.name.to_vec(), numbers }
    }

    pub(super) fn is_of(&self, element: &[u8]) -> bool {
        self.element == element
    }

    /// Whether what is in it is deeper: not in a list of terms, in which the definitions are.
    pub(super) fn is_deep(&self) -> bool {
        self.element != b"dl"
    }

    /// The bullet or number of the next item, which may bring its own.
    pub(super) fn next(&mut self, value: Option<String>) -> String {
        let Some(numbers) = &mut self.numbers else { return BULLET.to_owned() };
        let own = value.and_then(|value| value.trim().parse().ok());
        let number = own.unwrap_or(numbers.next);
        numbers.next = number.saturating_add(numbers.step);
        let shown = match numbers.style.as_str() {
            "a" => letters(number),
            "A" => letters(number).map(|letters| letters.to_uppercase()),
            "i" => roman(number),
            "I" => roman(number).map(|roman| roman.to_uppercase()),
            _ => None,
        };
        format!("{}.", shown.unwrap_or_else(|| number.to_string()))
    }
}

/// How numbers are written, in the words of `type`; a style says it in words of its own.
fn style(tag: &StartTag) -> String {
    let said = attribute(tag, "style").unwrap_or_default().to_lowercase();
    let words = said.split(|c: char| !c.is_ascii_alphabetic() && c != '-');
    let mut named = words.filter_map(|word| match word {
        "lower-alpha" | "lower-latin" => Some("a"),
        "upper-alpha" | "upper-latin" => Some("A"),
        "lower-roman" => Some("i"),
        "upper-roman" => Some("I"),
        "decimal" => Some("1"),
        _ => None,
    });
    named.next_back().map(str::to_owned).or_else(|| attribute(tag, "type")).unwrap_or_default()
}

/// How many items a list has whose tag stands before these tokens.
fn items(tokens: &[Token]) -> i64 {
    let (mut depth, mut count) = (0, 0);
    for token in tokens {
        match token {
            Token::StartTag(tag) => match tag.name.as_slice() {
                b"ol" | b"ul" | b"menu" => depth += 1,
                b"li" if depth == 0 => count += 1,
                _ => {}
            },
            Token::EndTag(tag) if matches!(tag.name.as_slice(), b"ol" | b"ul" | b"menu") => {
                if depth == 0 {
                    break;
                }
                depth -= 1;
            }
            _ => {}
        }
    }
    count
}

/// a to z, aa, ab and so on; none below 1.
fn letters(mut number: i64) -> Option<String> {
    let mut letters = Vec::new();
    while number > 0 {
        number -= 1;
        letters.push(b'a' + u8::try_from(number % 26).ok()?);
        number /= 26;
    }
    letters.reverse();
    String::from_utf8(letters).ok().filter(|letters| !letters.is_empty())
}

/// None where Romans had no number.
fn roman(mut number: i64) -> Option<String> {
    const PARTS: [(i64, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if !(1..4000).contains(&number) {
        return None;
    }
    let mut roman = String::new();
    for (value, part) in PARTS {
        while number >= value {
            roman.push_str(part);
            number -= value;
        }
    }
    Some(roman)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!([1, 26, 27, 703].map(|number| letters(number).unwrap()), ["a", "z", "aa", "aaa"]);
        assert_eq!([4, 1994, 3999].map(|number| roman(number).unwrap()), ["iv", "mcmxciv", "mmmcmxcix"]);
        assert_eq!((letters(0), roman(4000)), (None, None));
    }
}
