//! A line in words.

/// The words of a line: quotes and backslashes as in a shell, and nothing else of one.
pub(super) fn words(line: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let literal = match (letter, quote) {
            ('\'' | '"', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
                continue;
            }
            (end, Some(begun)) if end == begun => {
                quote = None;
                continue;
            }
            (space, None) if space.is_whitespace() => {
                words.extend(word.take());
                continue;
            }
            ('\\', None) => letters.next()?,
            ('\\', Some('"')) => match letters.next()? {
                special @ ('"' | '\\') => special,
                other => {
                    word.get_or_insert_default().push('\\');
                    other
                }
            },
            (letter, _) => letter,
        };
        word.get_or_insert_default().push(literal);
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_a_shell() {
        for (line, wanted) in [
            ("-i /input/a/b.png  -y", &["-i", "/input/a/b.png", "-y"][..]),
            ("a\\ b 'c d' \"e 'f\" g'h'i", &["a b", "c d", "e 'f", "ghi"]),
            ("'' \"\\\"\\n\" #fff $HOME `x` *", &["", "\"\\n", "#fff", "$HOME", "`x`", "*"]),
            ("  ", &[]),
        ] {
            assert_eq!(words(line).unwrap(), wanted, "{line}");
        }
        for open in ["'a", "\"", "a\\"] {
            assert_eq!(words(open), None, "{open}");
        }
    }
}
