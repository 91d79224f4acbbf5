//! HTML without what it does not show: for pages that are published again.

use html5gum::Token;

use super::element::StartTag;
use super::hidden::{Hiding, Place};
use super::sheet::styles;
use super::tokens::tokens;
use crate::escape::escaped;

/// The same HTML without hidden elements and comments.
pub(in crate::engine) fn shown(html: &str) -> String {
    let mut shown = String::with_capacity(html.len());
    let tokens: Vec<Token> = tokens(html).collect();
    let styles = styles(&tokens);
    let mut hiding = Hiding::by(&styles);
    for token in &tokens {
        match token {
            Token::StartTag(tag) if hiding.start(tag) == Place::Shown => open(&mut shown, tag),
            Token::EndTag(tag) if hiding.end(&tag.name) == Place::Shown => {
                shown.extend(["</", &String::from_utf8_lossy(&tag.name), ">"]);
            }
            Token::String(text) if !hiding.is_on() => {
                shown.push_str(&escaped(&String::from_utf8_lossy(text)));
            }
            _ => {}
        }
    }
    shown
}

fn open(shown: &mut String, tag: &StartTag) {
    shown.extend(["<", &String::from_utf8_lossy(&tag.name)]);
    for (name, value) in &tag.attributes {
        shown.extend([" ", &String::from_utf8_lossy(name), "=\""]);
        shown.push_str(&escaped(&String::from_utf8_lossy(value)));
        shown.push('"');
    }
    shown.push('>');
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn what_is_hidden_is_gone_and_the_rest_is_the_same() {
        for (html, expected) in [
            ("a<div hidden>secret<div>too</div></div>b", "ab"),
            ("a<p style='display: none'>secret</p>b", "ab"),
            ("<ul><li hidden>secret<li>shown</ul>", "<ul><li>shown</ul>"),
            ("<dialog>secret</dialog><dialog open>shown</dialog>", "<dialog open=\"\">shown</dialog>"),
            ("<input list=l><datalist id=l><option>secret</datalist>", "<input list=\"l\">"),
            ("a <!-- secret --> b", "a  b"),
            ("<img hidden src=a>b", "b"),
            ("1 &lt; 2 &amp; <b title='\"'>3</b>", "1 &lt; 2 &amp; <b title=\"&quot;\">3</b>"),
        ] {
            assert_eq!(shown(html), expected, "{html}");
        }
    }
}
