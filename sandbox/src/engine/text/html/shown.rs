//! HTML without what it does not show: for pages that are published again.

use html5gum::Token;

use super::element::{Hidden, StartTag, is_hidden};
use super::tokens;

/// The same HTML without hidden elements and comments.
pub(in crate::engine) fn shown(html: &str) -> String {
    let mut shown = String::with_capacity(html.len());
    let mut hidden: Option<Hidden> = None;
    for token in tokens(html) {
        match &token {
            Token::StartTag(tag) => {
                if hidden.as_mut().is_some_and(|element| !element.start(&tag.name)) {
                    continue;
                }
                hidden = None;
                if is_hidden(tag) {
                    hidden = Hidden::of(tag);
                } else {
                    open(&mut shown, tag);
                }
            }
            Token::EndTag(tag) if hidden.is_none() => {
                shown.extend(["</", &String::from_utf8_lossy(&tag.name), ">"]);
            }
            Token::EndTag(tag) if hidden.as_mut().is_some_and(|element| element.end(&tag.name)) => {
                hidden = None;
            }
            Token::String(text) if hidden.is_none() => escape(&mut shown, &String::from_utf8_lossy(text)),
            _ => {}
        }
    }
    shown
}

fn open(shown: &mut String, tag: &StartTag) {
    shown.extend(["<", &String::from_utf8_lossy(&tag.name)]);
    for (name, value) in &tag.attributes {
        shown.extend([" ", &String::from_utf8_lossy(name), "=\""]);
        escape(shown, &String::from_utf8_lossy(value));
        shown.push('"');
    }
    shown.push('>');
}

fn escape(shown: &mut String, text: &str) {
    // Writing to memory does not fail.
    let _ = comrak::html::escape(shown, text);
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
